using System.Buffers.Binary;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Services;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>The upper end of a host's stack: echo, closed ports, and the services that run there.</summary>
internal sealed class Ipv4Sockets(Ipv4Stack stack, UdpServices services)
{
    private const byte EchoReply = 0, EchoRequest = 8, TimestampRequest = 13, TimestampReply = 14, Unreachable = 3;
    private const byte CongestionBits = 3; // INET_ECN_MASK

    public void Receive(Ipv4Packet packet)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.Icmp when !packet.IsForEverybody:
                AnswerMessage(packet);
                break;
            case IpProtocol.Udp or IpProtocol.UdpLite:
                ReceiveUdp(packet);
                break;
            case IpProtocol.Tcp when !packet.IsForEverybody && !packet.ToGroup:
                Reset(packet);
                break;
            case IpProtocol.Icmp or IpProtocol.Tcp or IpProtocol.Igmp or IpProtocol.Pim:
                break;
            default:
                stack.AnswerError(packet, Unreachable, code: 2);
                break;
        }
    }

    // Questions to everybody are ignored (icmp_echo_ignore_broadcasts); one in a group frame for our own address is not.
    private void AnswerMessage(Ipv4Packet packet)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        if (message.Length < IcmpView.Length || InternetChecksum.Of(message) != 0)
        {
            return;
        }

        if (message[0] == EchoRequest)
        {
            Answer(packet, EchoReply, message[1], message[IcmpView.Length..]);
        }
        else if (message[0] == TimestampRequest && message.Length >= IcmpView.Length + 4)
        {
            Span<byte> times = stackalloc byte[12]; // originate, receive, transmit (RFC 792)
            message.Slice(IcmpView.Length, 4).CopyTo(times);
            BinaryPrimitives.WriteUInt32BigEndian(times[4..], stack.MillisecondsOfDay);
            times[4..8].CopyTo(times[8..]);
            Answer(packet, TimestampReply, code: 0, times);
        }
    }

    private void Answer(Ipv4Packet packet, byte type, byte code, ReadOnlySpan<byte> payload)
    {
        byte[] answer = Frames.Icmp(packet.Destination, packet.Source, type, code,
            BinaryPrimitives.ReadUInt32BigEndian(packet.Payload[4..]), payload);
        Span<byte> message = answer.AsSpan(Ipv4Rewriter.ShortestHeader);
        if (!message[4..].ContainsAnyExcept((byte)0) && type + code == 0)
        {
            message.Slice(2, 2).Clear(); // of nothing but zeros the kernel's sum is the other zero (csum_partial_copy_nocheck)
        }

        answer[1] = packet.Bytes[1];
        Ipv4Rewriter.Seal(answer);
        stack.Answer(packet, answer);
    }

    private void ReceiveUdp(Ipv4Packet packet)
    {
        if (Transport.TryTakeDatagram(packet) && (packet.Protocol == IpProtocol.UdpLite || !services.Take(packet)))
        {
            stack.AnswerError(packet, Unreachable, code: 3);
        }
    }

    // tcp_v4_send_reset: nobody listens, so a segment that is no reset is answered by one.
    private void Reset(Ipv4Packet packet)
    {
        const byte dontFragment = 0x40;
        if (Transport.ChecksumIsRight(packet.Bytes) && TcpReset.Answering(packet.Payload) is { } reset)
        {
            byte[] answer = Frames.Tcp(packet.Destination, reset.From, packet.Source, reset.To, reset.Flags, default, reset.Sequence, reset.Acknowledge);
            AddressRewriter.SetTransportWord(answer, TcpReset.WindowAt, 0);
            (answer[1], answer[6]) = ((byte)(packet.Bytes[1] & ~CongestionBits), dontFragment);
            Ipv4Rewriter.Seal(answer);
            stack.Answer(packet, answer);
        }
    }
}
