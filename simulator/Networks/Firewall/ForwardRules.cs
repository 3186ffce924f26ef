using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Simulator.Networks.Firewall;

public enum ForwardVerdict
{
    Accept,

    /// <summary>ICMP port unreachable goes back.</summary>
    Reject,
    Drop,
}

/// <summary>A block of addresses as a rule compares them; which version of IP it is of, the rule's table says.</summary>
public readonly record struct AddressBlock(UInt128 First, UInt128 Last)
{
    public static AddressBlock Of(Ipv4Prefix prefix) => new(prefix.Network.Bits, prefix.Last.Bits);

    public static AddressBlock Of(Ipv6Prefix prefix) => new(prefix.Network.Bits, prefix.Last.Bits);

    public bool Contains(UInt128 address) => First <= address && address <= Last;
}

/// <summary>A rule of the host's FORWARD chain; null matches everything.</summary>
/// <param name="States">The packet's connection must be in one of these; None asks nothing.</param>
public sealed record ForwardRule(
    string? In, string? Out, AddressBlock? Source, AddressBlock? Destination, ConnectionStates States, ForwardVerdict Verdict)
{
    internal bool Matches(string arrival, string departure, HostPacket packet) =>
        (In is null || In == arrival) && (Out is null || Out == departure)
        && (Source is not { } source || source.Contains(packet.SourceBits))
        && (Destination is not { } destination || destination.Contains(packet.DestinationBits))
        && (States == ConnectionStates.None || (States & (packet.Tracked?.State ?? ConnectionStates.None)) != ConnectionStates.None);
}

/// <summary>What a source-NAT rule does with the flows that it matches.</summary>
/// <param name="Addresses">Null masquerades: the address of the device that the packet leaves by.</param>
/// <param name="Ports">Null keeps ports near what they were.</param>
public sealed record SourceTranslation(AddressBlock? Addresses, (ushort First, ushort Last)? Ports);

/// <summary>A rule of the nat table's POSTROUTING chain.</summary>
/// <param name="Except">Destinations that the rule leaves alone.</param>
/// <param name="Protocol">Null is any.</param>
/// <param name="Translation">Null ends the chain without one.</param>
public sealed record SourceNatRule(
    AddressBlock Source, AddressBlock? Destination, AddressBlock? Except, string? Out, IpProtocol? Protocol, SourceTranslation? Translation)
{
    internal bool Matches(string departure, HostPacket packet) =>
        Source.Contains(packet.SourceBits)
        && (Destination is not { } destination || destination.Contains(packet.DestinationBits))
        && (Except is not { } except || !except.Contains(packet.DestinationBits))
        && (Out is null || Out == departure)
        && (Protocol is null || Protocol == packet.Protocol);
}

/// <summary>The rules for one version of IP, in the order in which packets meet them.</summary>
/// <param name="Forward">Chains X, I and O one after the other; the network started last comes first in each.</param>
public sealed record FamilyRules(ImmutableArray<ForwardRule> Forward, ImmutableArray<SourceNatRule> SourceNat)
{
    public static FamilyRules None { get; } = new([], []);

    /// <summary>Some rule needs connection tracking, which therefore runs for every packet of this version.</summary>
    public bool NeedTracking => !SourceNat.IsEmpty || Forward.Any(rule => rule.States != ConnectionStates.None);
}

/// <summary>The rules that libvirt makes for its networks (switching.md section 3.3).</summary>
public sealed record NetworkRules(FamilyRules Ipv4, FamilyRules Ipv6)
{
    public static NetworkRules None { get; } = new(FamilyRules.None, FamilyRules.None);

    public FamilyRules For(bool version6) => version6 ? Ipv6 : Ipv4;
}
