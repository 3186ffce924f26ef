using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>What is known of one end (struct ip_ct_tcp_state).</summary>
internal sealed class TcpSide
{
    /// <summary>The highest sequence number sent, and one.</summary>
    public uint End { get; set; }

    /// <summary>The highest that the peer allows.</summary>
    public uint MaximumEnd { get; set; }

    /// <summary>The largest window offered, scaled; 0 as long as the side has sent nothing.</summary>
    public uint MaximumWindow { get; set; }

    public uint? MaximumAck { get; set; }

    public int Scale { get; set; }

    public bool ScalesWindow { get; set; }

    public bool AllowsSack { get; set; }

    public bool Liberal { get; set; }

    public bool BeganClose { get; set; }

    public bool Unacknowledged { get; set; }

    public void Begin(TcpSide receiver, in TcpView segment, uint end, ConnectionDirection direction)
    {
        End = MaximumEnd = end;
        MaximumWindow = Math.Max(1u, segment.Window);
        ReadOptions(segment);
        if (direction == ConnectionDirection.Reply && !(ScalesWindow && receiver.ScalesWindow))
        {
            Scale = receiver.Scale = 0; // both must offer it (RFC 7323 section 1.3)
        }
    }

    public void ReadOptions(in TcpView segment)
    {
        (Scale, ScalesWindow, AllowsSack) = (0, false, false);
        foreach (TcpOption option in new TcpOptionList(segment.Options))
        {
            if (option is { Kind: TcpOption.WindowScale, Data.Length: 1 })
            {
                (Scale, ScalesWindow) = (Math.Min((int)option.Data[0], 14), true);
            }
            else if (option is { Kind: TcpOption.SackPermitted, Data.Length: 0 })
            {
                AllowsSack = true;
            }
        }
    }
}
