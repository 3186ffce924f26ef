namespace Lab.Engine.State;

/// <summary>One tracked flow, both directions of it.</summary>
public sealed class Connection
{
    internal Connection(FlowKey original, TimeSpan now)
    {
        Original = original;
        Reply = original.Inverted();
        Created = now;
    }

    public FlowKey Original { get; }

    /// <summary>The inverse of <see cref="Original"/>, unless an address translation changed it before confirmation.</summary>
    public FlowKey Reply { get; internal set; }

    /// <summary>When the entry was made, on the tracker's clock.</summary>
    public TimeSpan Created { get; }

    /// <summary>From this moment on the entry is not found any more, whether collected or not.</summary>
    public TimeSpan Expires { get; internal set; }

    /// <summary>A packet of the reply direction has been accepted.</summary>
    public bool SeenReply { get; internal set; }

    /// <summary>Traffic in both directions has proved the flow real; a full table keeps it.</summary>
    public bool Assured { get; internal set; }

    /// <summary>In the table. An entry whose first packet was dropped never gets there.</summary>
    public bool Confirmed { get; internal set; }

    /// <summary>Null for every protocol but TCP.</summary>
    public TcpState? TcpState => Tcp?.State;

    internal TcpConnection? Tcp { get; set; }

    internal SctpState Sctp { get; set; }

    internal LinkedListNode<Connection>? Unassured { get; set; }
}
