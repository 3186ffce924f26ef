namespace Lab.Engine.State;

/// <summary>The states of a tracked TCP connection (enum tcp_conntrack, include/uapi/linux/netfilter/nf_conntrack_tcp.h).</summary>
public enum TcpState
{
    None,
    SynSent,
    SynReceived,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,

    /// <summary>Both sides have sent a SYN.</summary>
    SynSent2,
}
