#!/bin/sh
# Outlives the process that started it. Reads "+ PGID" and "- PGID" lines; when its input ends, however that
# process ended, it kills the process groups that are left and removes the directory given as its argument.
trap '' HUP INT TERM # whoever ends everything in sight must not end the one that cleans up
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -)
      rest=
      for g in $groups; do [ "$g" = "$group" ] || rest="$rest $g"; done
      groups=$rest
      ;;
  esac
done
for g in $groups; do kill -KILL "-$g" 2>/dev/null; done
# They take a moment to go, and write until then. A zombie that nobody reaps is not waited for longer than that.
tries=0
while [ $tries -lt 20 ]; do
  left=
  for g in $groups; do kill -0 "-$g" 2>/dev/null && left=yes; done
  [ -n "$left" ] || break
  tries=$((tries + 1))
  sleep 0.1
done
rm -rf -- "$1"
