using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>The numbers of a segment that windows are about.</summary>
/// <param name="End">Of the first byte behind it; SYN and FIN count as one each.</param>
/// <param name="Window">As it stands in the segment, not scaled.</param>
internal readonly record struct TcpNumbers(uint Sequence, uint Acknowledgement, uint End, uint Window)
{
    /// <param name="length">Header, options and payload in bytes.</param>
    public static TcpNumbers Of(in TcpView segment, int length) => new(
        segment.Sequence, segment.Acknowledgement,
        segment.Sequence + (uint)(length - segment.HeaderLength) + (segment.Flags.Has(TcpFlags.Syn) ? 1u : 0) + (segment.Flags.Has(TcpFlags.Fin) ? 1u : 0),
        segment.Window);

    /// <summary>Sequence numbers wrap (RFC 9293 section 3.4).</summary>
    public static bool Before(uint a, uint b) => (int)(a - b) < 0;

    public static bool After(uint a, uint b) => Before(b, a);
}
