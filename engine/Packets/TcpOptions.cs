namespace Lab.Engine.Packets;

/// <summary>The option list behind a TCP header (RFC 9293 section 3.1).</summary>
public static class TcpOptions
{
    private const byte NoOperation = 1; // and 0, the end mark: kinds of one byte

    /// <summary>Finds the list in an untagged frame that carries a whole TCP header, which may be without options.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> options)
    {
        options = default;
        if (!UpperLayer.TryFind(frame, out UpperLayer upper) || upper.IsLaterFragment || upper.Protocol != IpProtocol.Tcp
            || upper.Offset > frame.Length || !TcpView.TryRead(frame[upper.Offset..], out TcpView tcp))
        {
            return false;
        }

        options = tcp.Options;
        return true;
    }

    /// <summary>Whether an option of this kind is in the list, found as tcp_find_option of xt_tcpudp.c finds it.</summary>
    /// <remarks>A length of 0 counts as 1, so that every list ends; an end mark does not end the search.</remarks>
    public static bool Contains(ReadOnlySpan<byte> options, byte kind)
    {
        for (int i = 0; i < options.Length;)
        {
            if (options[i] == kind)
            {
                return true;
            }

            i += options[i] <= NoOperation || i + 1 == options.Length ? 1 : Math.Max(1, (int)options[i + 1]);
        }

        return false;
    }
}
