using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Simulator.Networks;

public enum ForwardVerdict
{
    Accept,

    /// <summary>ICMP port unreachable goes back.</summary>
    Reject,
    Drop,
}

/// <summary>A rule of the host's FORWARD chain; null matches everything.</summary>
/// <param name="States">The packet's connection must be in one of these; None asks nothing.</param>
public sealed record ForwardRule(
    string? In, string? Out, Ipv4Prefix? Source, Ipv4Prefix? Destination, ConnectionStates States, ForwardVerdict Verdict)
{
    internal bool Matches(string arrival, string departure, HostPacket packet) =>
        (In is null || In == arrival) && (Out is null || Out == departure)
        && (Source is not { } source || source.Contains(packet.Source))
        && (Destination is not { } destination || destination.Contains(packet.Destination))
        && (States == ConnectionStates.None || (States & (packet.Tracked?.State ?? ConnectionStates.None)) != ConnectionStates.None);
}

/// <summary>What a source-NAT rule does with the flows that it matches.</summary>
/// <param name="Addresses">Null masquerades: the address of the device that the packet leaves by.</param>
/// <param name="Ports">Null keeps ports near what they were.</param>
public sealed record SourceTranslation((Ipv4Address First, Ipv4Address Last)? Addresses, (ushort First, ushort Last)? Ports);

/// <summary>A rule of the nat table's POSTROUTING chain.</summary>
/// <param name="Except">Destinations that the rule leaves alone.</param>
/// <param name="Protocol">Null is any.</param>
/// <param name="Translation">Null ends the chain without one.</param>
public sealed record SourceNatRule(
    Ipv4Prefix Source, Ipv4Prefix? Destination, Ipv4Prefix? Except, string? Out, IpProtocol? Protocol, SourceTranslation? Translation)
{
    internal bool Matches(string departure, HostPacket packet) =>
        Source.Contains(packet.Source)
        && (Destination is not { } destination || destination.Contains(packet.Destination))
        && (Except is not { } except || !except.Contains(packet.Destination))
        && (Out is null || Out == departure)
        && (Protocol is null || Protocol == packet.Protocol);
}

/// <summary>The rules that libvirt makes for its networks (switching.md section 3.3), in the order in which packets meet them.</summary>
/// <param name="Forward">Chains X, I and O one after the other; the network started last comes first in each.</param>
public sealed record NetworkRules(ImmutableArray<ForwardRule> Forward, ImmutableArray<SourceNatRule> SourceNat)
{
    public static NetworkRules None { get; } = new([], []);

    /// <summary>Some rule needs connection tracking, which therefore runs for every packet of the host.</summary>
    public bool NeedTracking => !SourceNat.IsEmpty || Forward.Any(rule => rule.States != ConnectionStates.None);
}
