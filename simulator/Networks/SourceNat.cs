using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Simulator.Networks;

/// <summary>Source translation (switching.md section 4.6; net/netfilter/nf_nat_core.c): decided once per connection, by the
/// packet that begins it, and applied to every packet of it, replies and errors included.</summary>
/// <remarks>The decision is kept where the kernel keeps it: in the reply that the connection expects.</remarks>
internal sealed class SourceNat(ImmutableArray<SourceNatRule> rules, ConnectionTracker tracker, int seed)
{
    private const int MaximumTries = 128; // nf_nat_l4proto_unique_tuple
    private const int FirstSweep = 1024; // endpoints remembered before old ones are looked for

    private readonly Random _random = new(seed);
    private readonly Dictionary<(IpProtocol, UInt128, ushort), Connection> _byEndpoint = [];
    private int _sweepAt = FirstSweep;

    /// <summary>POSTROUTING: gives a packet its translated source.</summary>
    /// <param name="masquerade">The address to hide behind; null if the host has none there.</param>
    /// <returns>False when no free port is left, and the packet is lost.</returns>
    public bool Translate(HostPacket packet, string departure, UInt128? masquerade)
    {
        if (packet.Tracked is not { Connection: { } connection, Direction: ConnectionDirection.Original } tracked)
        {
            return true;
        }

        bool begins = tracked.State == ConnectionStates.New && !connection.Confirmed;
        if (begins && !TryBind(packet, connection, departure, masquerade))
        {
            return false;
        }

        if (IsTranslated(connection))
        {
            Rewrite(packet.Bytes, source: true, connection.Reply.Destination, PortOf(connection.Reply, atDestination: true));
        }

        return true;
    }

    /// <summary>PREROUTING: gives a reply, or an error about what was sent, the guest's address again.</summary>
    public static void TranslateBack(Span<byte> packet, in TrackingResult tracked)
    {
        if (tracked is { Connection: { } connection, Direction: ConnectionDirection.Reply } && IsTranslated(connection))
        {
            Rewrite(packet, source: false, connection.Original.Source, PortOf(connection.Original, atDestination: false));
        }
    }

    public static bool IsTranslated(Connection connection) => connection.Reply != connection.Original.Inverted();

    private bool TryBind(HostPacket packet, Connection connection, string departure, UInt128? masquerade)
    {
        FlowKey original = connection.Original;
        SourceTranslation? translation = FirstMatch(packet, departure);
        if (translation is null || (translation.Addresses is { } range ? Choose(range, original) : masquerade) is not { } mapped)
        {
            return true;
        }

        if (ChoosePort(original, mapped, translation.Ports) is not { } port)
        {
            return false;
        }

        ConnectionTracker.ExpectReply(connection, ReplyTo(original, mapped, port));
        Remember(connection);
        return true;
    }

    private SourceTranslation? FirstMatch(HostPacket packet, string departure)
    {
        foreach (SourceNatRule rule in rules)
        {
            if (rule.Matches(departure, packet))
            {
                return rule.Translation;
            }
        }

        return null;
    }

    /// <summary>Which address of a range: stable per pair of endpoints, otherwise the kernel's secret.</summary>
    private static UInt128 Choose(AddressBlock range, in FlowKey flow)
    {
        uint mixed = (uint)flow.Source * 2654435761u ^ (uint)flow.Destination * 2246822519u;
        return range.First + mixed % (range.Last - range.First + 1);
    }

    private ushort? ChoosePort(in FlowKey original, UInt128 mapped, (ushort First, ushort Last)? ports)
    {
        if (!HasPorts(original.Protocol) && !IsQuery(original.Protocol))
        {
            return IsFree(original, mapped, 0) ? (ushort)0 : null;
        }

        (ushort First, ushort Last) range = IsQuery(original.Protocol) ? (default, ushort.MaxValue) : ports ?? Near(original.SourcePort);
        if (PortOfSibling(original, mapped) is { } reused && Within(reused, range) && IsFree(original, mapped, reused))
        {
            return reused;
        }

        if (Within(original.SourcePort, range) && IsFree(original, mapped, original.SourcePort))
        {
            return original.SourcePort;
        }

        int count = range.Last - range.First + 1;
        int start = _random.Next(count);
        for (int i = 0; i < Math.Min(count, MaximumTries); i++)
        {
            ushort port = (ushort)(range.First + (start + i) % count);
            if (IsFree(original, mapped, port))
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>The port that another live connection of the same endpoint was given.</summary>
    private ushort? PortOfSibling(in FlowKey original, UInt128 mapped) =>
        _byEndpoint.TryGetValue(EndpointOf(original), out Connection? sibling) && tracker.Find(sibling.Original) == sibling
        && sibling.Reply.Destination == mapped ? PortOf(sibling.Reply, atDestination: true) : null;

    private bool IsFree(in FlowKey original, UInt128 mapped, ushort port) => tracker.Find(ReplyTo(original, mapped, port)) is null;

    private void Remember(Connection connection)
    {
        if (_byEndpoint.Count >= _sweepAt)
        {
            foreach (var gone in _byEndpoint.Where(entry => tracker.Find(entry.Value.Original) != entry.Value).Select(entry => entry.Key).ToList())
            {
                _ = _byEndpoint.Remove(gone);
            }

            _sweepAt = Math.Max(FirstSweep, _byEndpoint.Count * 2);
        }

        _byEndpoint[EndpointOf(connection.Original)] = connection;
    }

    private static bool Within(ushort port, (ushort First, ushort Last) range) => port >= range.First && port <= range.Last;

    // Without a range a port stays in its class (nf_nat_l4proto_unique_tuple).
    private static (ushort First, ushort Last) Near(ushort port) =>
        port < 512 ? ((ushort)1, (ushort)511) : port < 1024 ? ((ushort)600, (ushort)1023) : ((ushort)1024, ushort.MaxValue);

    private static bool HasPorts(IpProtocol protocol) =>
        protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp;

    private static (IpProtocol, UInt128, ushort) EndpointOf(in FlowKey flow) => (flow.Protocol, flow.Source, flow.SourcePort);

    /// <summary>What an answer will look like; an ICMP query's identifier stands where the source port does, both ways.</summary>
    private static FlowKey ReplyTo(in FlowKey original, UInt128 mapped, ushort port)
    {
        FlowKey reply = original.Inverted() with { Destination = mapped };
        return IsQuery(original.Protocol) ? reply with { SourcePort = port }
            : HasPorts(original.Protocol) ? reply with { DestinationPort = port } : reply;
    }

    private static ushort PortOf(in FlowKey flow, bool atDestination) =>
        atDestination && !IsQuery(flow.Protocol) ? flow.DestinationPort : flow.SourcePort;

    private static bool IsQuery(IpProtocol protocol) => protocol is IpProtocol.Icmp or IpProtocol.IcmpV6;

    /// <summary>Sets one address with its port; of an error, the outer address and the opposite end of what it quotes.</summary>
    private static void Rewrite(Span<byte> packet, bool source, UInt128 address, ushort port)
    {
        AddressRewriter.SetAddress(packet, source, address);
        if (AddressRewriter.QuotationOf(packet) is { } quotation)
        {
            AddressRewriter.SetAddress(packet[quotation..], !source, address);
            SetPort(packet[quotation..], !source, port);
            AddressRewriter.SealMessage(packet);
        }
        else
        {
            SetPort(packet, source, port);
        }
    }

    private static void SetPort(Span<byte> packet, bool source, ushort port)
    {
        IpProtocol protocol = AddressRewriter.ProtocolOf(packet);
        if (HasPorts(protocol))
        {
            AddressRewriter.SetTransportWord(packet, source ? 0 : 2, port);
        }
        else if (IsQuery(protocol))
        {
            AddressRewriter.SetTransportWord(packet, 4, port);
        }
    }
}
