using Lab.Contract.Scenes;
using Lab.Engine.Packets;

namespace Lab.Contract.Traffic;

/// <summary>What a phrase has said about a frame; whatever it left open, the kind of frame decides.</summary>
internal sealed class FrameSketch(GuestDraft sender)
{
    public GuestDraft Sender { get; } = sender;

    public FrameTarget? Target { get; set; }

    /// <summary>The phrase said IPv6, or gave an IPv6 address.</summary>
    public bool OverIpv6 { get; set; }

    public MacAddress? SourceMac { get; set; }

    public MacAddress? DestinationMac { get; set; }

    public Ipv4Address? SourceIpv4 { get; set; }

    public Ipv6Address? SourceIpv6 { get; set; }

    public Ipv4Address? DestinationIpv4 { get; set; }

    public Ipv6Address? DestinationIpv6 { get; set; }

    /// <summary>Of ARP: sender hardware address.</summary>
    public MacAddress? SenderMac { get; set; }

    public MacAddress? TargetMac { get; set; }

    public Ipv4Address? SenderIpv4 { get; set; }

    public Ipv4Address? TargetIpv4 { get; set; }

    public ushort? SourcePort { get; set; }

    public ushort? DestinationPort { get; set; }

    public ushort? Identifier { get; set; }

    public ushort? Sequence { get; set; }

    /// <summary>Of TCP.</summary>
    public uint? Acknowledgement { get; set; }

    public byte? TimeToLive { get; set; }

    public byte? TypeOfService { get; set; }

    /// <summary>Whole words behind the fixed header.</summary>
    public byte[]? Ipv4Options { get; set; }

    /// <summary>Of an IPv6 extension header, behind its next header and its length; so are the two that follow.</summary>
    public byte[]? HopByHop { get; set; }

    public byte[]? DestinationOptions { get; set; }

    public byte[]? Routing { get; set; }

    public byte? IcmpType { get; set; }

    public byte? IcmpCode { get; set; }

    public byte? TcpFlags { get; set; }

    /// <summary>Of UDP, TCP or ICMP, whatever the right one would be.</summary>
    public ushort? Checksum { get; set; }

    /// <summary>Milliseconds that a query of IGMP or MLD gives for answers; IGMP counts in tenths of a second.</summary>
    public ushort? ResponseTime { get; set; }

    public EtherType? Type { get; set; }

    public ushort? VlanId { get; set; }

    public byte[]? Payload { get; set; }
}

/// <summary>To whom a frame goes: a guest, everybody, or an address that nobody in the scenario need have.</summary>
internal sealed record FrameTarget(MacAddress Mac, Ipv4Address? Ipv4, Ipv6Address? Ipv6);
