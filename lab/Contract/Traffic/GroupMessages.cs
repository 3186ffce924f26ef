using System.Buffers.Binary;
using Lab.Contract.Bindings;
using Lab.Engine.Packets;
using static Lab.Contract.Traffic.FrameKind;

namespace Lab.Contract.Traffic;

/// <summary>What listeners and routers of groups say: IGMP (RFC 2236, RFC 3376), MLD (RFC 2710, RFC 3810), PIM (RFC 7761) and
/// the discovery of routers (RFC 4286).</summary>
internal static class GroupMessages
{
    private const byte ToInclude = 3, ToExclude = 4; // with no sources: nothing, and everything
    private const ushort DefaultResponse = 10_000; // milliseconds

    private static readonly Ipv4Address AllHosts = Ipv4Address.Parse("224.0.0.1"), AllRouters = Ipv4Address.Parse("224.0.0.2"),
        PimRouters = Ipv4Address.Parse("224.0.0.13"), IgmpRouters = Ipv4Address.Parse("224.0.0.22"), Snoopers = Ipv4Address.Parse("224.0.0.106");

    private static readonly Ipv6Address MldRouters = Ipv6Address.Parse("ff02::16"), Snoopers6 = Ipv6Address.Parse("ff02::6a");

    public static byte[] IgmpQuery(FrameSketch s) => Igmp(s, s.Target?.Ipv4 ?? AllHosts, [0x11, Tenths(s), 0, 0, .. GroupOrNone(s)]);

    /// <remarks>Robustness 2, and an interval of 125 s between queries.</remarks>
    public static byte[] IgmpV3Query(FrameSketch s) => Igmp(s, s.Target?.Ipv4 ?? AllHosts, [0x11, Tenths(s), 0, 0, .. GroupOrNone(s), 2, 125, 0, 0]);

    public static byte[] IgmpReport(FrameSketch s) => Igmp(s, Group(s), [0x16, 0, 0, 0, .. GroupOrNone(s)]);

    public static byte[] IgmpLeave(FrameSketch s) => Igmp(s, AllRouters, [0x17, 0, 0, 0, .. GroupOrNone(s)]);

    public static byte[] IgmpV3Report(FrameSketch s, bool listens)
    {
        _ = Group(s);
        return Igmp(s, IgmpRouters, [0x22, 0, 0, 0, 0, 0, 0, 1, listens ? ToExclude : ToInclude, 0, 0, 0, .. GroupOrNone(s)]);
    }

    public static byte[] MldQuery(FrameSketch s) => Mld(s, s.Target?.Ipv6 ?? Ipv6Classes.AllNodes, 130, Response(s), Bytes(s.Target?.Ipv6 ?? default));

    public static byte[] MldV2Query(FrameSketch s) =>
        Mld(s, s.Target?.Ipv6 ?? Ipv6Classes.AllNodes, 130, Response(s), [.. Bytes(s.Target?.Ipv6 ?? default), 2, 125, 0, 0]);

    public static byte[] MldReport(FrameSketch s) => Mld(s, DestinationIpv6(s), 131, 0, Bytes(DestinationIpv6(s)));

    public static byte[] MldDone(FrameSketch s) => Mld(s, Ipv6Classes.AllRouters, 132, 0, Bytes(DestinationIpv6(s)));

    public static byte[] MldV2Report(FrameSketch s, bool listens) =>
        Mld(s, MldRouters, 143, rest: 1, [listens ? ToExclude : ToInclude, 0, 0, 0, .. Bytes(DestinationIpv6(s))]);

    /// <remarks>Version 2, type 0, without options (RFC 7761 section 4.9).</remarks>
    public static byte[] PimHello(FrameSketch s) => OverIpv4(s, PimRouters, IpProtocol.Pim, [0x20, 0, 0xDF, 0xFF]);

    /// <remarks>RFC 4286 section 3: an interval of 20 s.</remarks>
    public static byte[] RouterAdvertisement(FrameSketch s) => s.OverIpv6
        ? Finish(s, Snoopers6.GroupMac(), EtherType.Ipv6, BehindAlert(Frames.Icmp(Own(s), Snoopers6, 151, 20, 0, [], hopLimit: 1)))
        : Igmp(s, Snoopers, [0x30, 20, 0, 0, 0, 0, 0, 0]);

    private static byte[] Igmp(FrameSketch s, Ipv4Address to, byte[] message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), s.Checksum ?? InternetChecksum.Of(message));
        return OverIpv4(s, to, IpProtocol.Igmp, message);
    }

    private static byte[] OverIpv4(FrameSketch s, Ipv4Address to, IpProtocol protocol, byte[] message) =>
        Finish(s, to.GroupMac(), EtherType.Ipv4, Frames.Ipv4(SourceIpv4(s), s.DestinationIpv4 ?? to, protocol, message, timeToLive: s.TimeToLive ?? 1));

    private static byte[] Mld(FrameSketch s, Ipv6Address to, byte type, uint rest, byte[] body) =>
        Finish(s, to.GroupMac(), EtherType.Ipv6, BehindAlert(Frames.Icmp(Own(s), s.DestinationIpv6 ?? to, type, 0, rest, body, hopLimit: 1)));

    /// <summary>With a router alert (RFC 2711) between the header and the message.</summary>
    private static byte[] BehindAlert(byte[] plain)
    {
        const byte hopByHop = 0;
        byte[] packet = [.. plain[..Ipv6View.Length], (byte)IpProtocol.IcmpV6, 0, 5, 2, 0, 0, 1, 0, .. plain[Ipv6View.Length..]];
        (packet[6], packet[5]) = (hopByHop, (byte)(packet.Length - Ipv6View.Length));
        return packet;
    }

    private static byte[] Finish(FrameSketch s, MacAddress group, EtherType type, byte[] packet)
    {
        s.DestinationMac ??= group;
        return FrameKind.Finish(s, type, packet);
    }

    private static Ipv6Address Own(FrameSketch s) => s.SourceIpv6 ?? (s.SourceMac ?? s.Sender.Mac).LinkLocal();

    private static Ipv4Address Group(FrameSketch s) => s.Target!.Ipv4
        ?? throw new ScenarioMistakeException("IGMP is about IPv4 groups; write MLD for those of IPv6");

    private static byte[] GroupOrNone(FrameSketch s)
    {
        byte[] bytes = new byte[Ipv4Address.Length];
        (s.Target?.Ipv4 ?? default).Write(bytes);
        return bytes;
    }

    private static byte[] Bytes(Ipv6Address address)
    {
        byte[] bytes = new byte[Ipv6Address.Length];
        address.Write(bytes);
        return bytes;
    }

    private static byte Tenths(FrameSketch s) => (byte)((s.ResponseTime ?? DefaultResponse) / 100);

    private static uint Response(FrameSketch s) => (uint)(s.ResponseTime ?? DefaultResponse) << 16;
}
