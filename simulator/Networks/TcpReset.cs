using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>The reset of a stack that has no such connection (RFC 9293 section 3.10.7.1; net/ipv4/tcp_ipv4.c).</summary>
internal static class TcpReset
{
    private const byte Rst = 4, Ack = 16;

    /// <param name="acknowledge">What the reset acknowledges; null when the segment it answers had an acknowledgement itself.</param>
    public static byte[] Build(
        Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort, uint sequence, uint? acknowledge, byte service)
    {
        byte[] packet = Frames.Tcp(
            from, fromPort, to, toPort, (byte)(acknowledge is null ? Rst : Rst | Ack), default, sequence, acknowledge ?? 0);
        packet[1] = service;
        packet[6] = 0x40; // not to be fragmented
        Ipv4Rewriter.SetTransportWord(packet, 14, 0);
        Ipv4Rewriter.Seal(packet);
        return packet;
    }
}
