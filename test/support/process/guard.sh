#!/bin/sh
# Outlives the process that started it. Reads "+ PGID" and "- PGID" lines; when its input ends, however that
# process ended, it kills the process groups that are left and removes the directory given as its argument.
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
# A killed process may still be writing for a moment.
tries=0
until rm -rf -- "$1" 2>/dev/null || [ $tries -ge 20 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
