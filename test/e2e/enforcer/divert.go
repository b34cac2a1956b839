package main

import (
	"encoding/binary"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"github.com/google/nftables/xt"
)

var table = &nftables.Table{Name: "enforcer", Family: nftables.TableFamilyIPv4}

// divert hands the first packet of each connection to the queue, but for those of processes of the node, which kubelet and
// the API server are: NetworkPolicies do not apply to a pod's own node. The rules of kube-network-policies do the same
// where the kernel has nft_queue (CONFIG_NFT_QUEUE); the target of iptables is there in others.
func divert(queue uint16) error {
	conn, err := nftables.New()
	if err != nil {
		return err
	}
	conn.AddTable(table)
	conn.FlushTable(table)
	chain := conn.AddChain(&nftables.Chain{
		Name:    "postrouting",
		Table:   table,
		Type:    nftables.ChainTypeFilter,
		Hooknum: nftables.ChainHookPostrouting,
		// After the address of a Service has become that of a pod, and before the address of the sender changes.
		Priority: nftables.ChainPriorityRef(*nftables.ChainPriorityNATSource - 5),
	})
	// fib saddr type local accept
	conn.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: []expr.Any{
		&expr.Fib{Register: 1, FlagSADDR: true, ResultADDRTYPE: true},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.NativeEndian.PutUint32(rtnLocal)},
		&expr.Verdict{Kind: expr.VerdictAccept},
	}})
	// ct state new jump NFQUEUE
	conn.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: []expr.Any{
		&expr.Ct{Register: 1, Key: expr.CtKeySTATE},
		&expr.Bitwise{
			SourceRegister: 1, DestRegister: 1, Len: 4,
			Mask: binaryutil.NativeEndian.PutUint32(expr.CtStateBitNEW), Xor: make([]byte, 4),
		},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: make([]byte, 4)},
		nfqueue(queue),
	}})
	return conn.Flush()
}

// include/uapi/linux/rtnetlink.h: RTN_LOCAL
const rtnLocal = 2

// include/uapi/linux/netfilter/xt_NFQUEUE.h: struct xt_NFQ_info, aligned as x_tables wants it.
func nfqueue(queue uint16) *expr.Target {
	info := make([]byte, 8)
	binary.NativeEndian.PutUint16(info, queue)
	unknown := xt.Unknown(info)
	return &expr.Target{Name: "NFQUEUE", Rev: 0, Info: &unknown}
}

func release() {
	conn, err := nftables.New()
	if err != nil {
		return
	}
	conn.DelTable(table)
	// The table is gone with the namespace in any case.
	_ = conn.Flush()
}
