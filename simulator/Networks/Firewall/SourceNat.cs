using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Firewall;

/// <summary>Source translation (switching.md section 4.6; net/netfilter/nf_nat_core.c): decided once per connection, by the
/// packet that begins it, and applied to every packet of it, replies and errors included.</summary>
/// <remarks>
/// The decision is kept where the kernel keeps it: in the reply that the connection expects. Where a host translates at all, each
/// connection has its reply to itself: one that no rule is about keeps its address, and takes another port when it must
/// (nf_nat_alloc_null_binding).
/// </remarks>
internal sealed class SourceNat(ImmutableArray<SourceNatRule> rules, ConnectionTracker tracker, int seed)
{
    private const int MostTries = 128, FewestTries = 16; // nf_nat_l4proto_unique_tuple
    private const int FirstSweep = 1024; // connections remembered before old ones are looked for
    private const int LeastHeader = 8; // bytes: ports, or the head of a message, and PPTP's GRE without what is optional (nf_nat_proto.c)
    private const IpProtocol Gre = (IpProtocol)47;

    private readonly Random _random = new(seed);
    private readonly Dictionary<(IpProtocol, UInt128, ushort), List<Binding>> _byEndpoint = [];
    private int _remembered, _sweepAt = FirstSweep;

    /// <param name="MasqueradedAt">The device behind whose address the source hides; null where that is not a device's.</param>
    private sealed record Binding(Connection Connection, string? MasqueradedAt);

    /// <summary>POSTROUTING: gives a packet its translated source.</summary>
    /// <param name="masquerade">The address to hide behind; null if the host has none there.</param>
    /// <returns>Null, or why the packet is lost.</returns>
    public Fate? Translate(HostPacket packet, string departure, UInt128? masquerade)
    {
        if (packet.Tracked is not { Connection: { } connection, Direction: ConnectionDirection.Original } tracked)
        {
            return null;
        }

        if (tracked.State == ConnectionStates.New && !connection.Confirmed)
        {
            if (!TryBind(packet, connection, departure, masquerade))
            {
                return Fate.NoFreePort;
            }
        }
        else if (tracked.State != ConnectionStates.Related && IsTranslated(connection) && DeviceOf(connection) is { } device && device != departure)
        {
            tracker.Forget(connection); // nf_nat_oif_changed
            return Fate.TranslatedElsewhere;
        }

        return !IsTranslated(connection)
            || TryRewrite(packet.Bytes, source: true, connection.Reply.Destination, PortOf(connection.Reply, atDestination: true)) ? null : Fate.NotTranslatable;
    }

    /// <summary>PREROUTING: gives a reply, or an error about what was sent, the guest's address again.</summary>
    /// <returns>Null, or why the packet is lost.</returns>
    public static Fate? TranslateBack(Span<byte> packet, in TrackingResult tracked) =>
        tracked is not { Connection: { } connection, Direction: ConnectionDirection.Reply } || !IsTranslated(connection)
        || TryRewrite(packet, source: false, connection.Original.Source, PortOf(connection.Original, atDestination: false)) ? null : Fate.NotTranslatable;

    /// <summary>Whether a packet has another address, or port, on its way than it came with.</summary>
    public static bool Changes(TrackingResult? packet) => packet is { Connection: { } connection } && IsTranslated(connection);

    public static bool IsTranslated(Connection connection) => connection.Reply != connection.Original.Inverted();

    private bool TryBind(HostPacket packet, Connection connection, string departure, UInt128? masquerade)
    {
        FlowKey original = connection.Original;
        SourceTranslation? translation = FirstMatch(packet, departure);
        UInt128? mapped = translation is null ? original.Source : translation.Addresses is { } range ? Choose(range, original) : masquerade;
        if (mapped is not { } address)
        {
            return false;
        }

        ushort? free = ChoosePort(original, address, translation?.Ports);
        ConnectionTracker.ExpectReply(connection, ReplyTo(original, address, free ?? original.SourcePort)); // if taken, nobody confirms it
        if (free is not null)
        {
            Remember(new(connection, translation is { Addresses: null } ? departure : null));
        }

        return free is not null;
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

    /// <summary>The kernel's order of preference (get_unique_tuple): what it is, what another connection of the endpoint was given, the
    /// endpoint's own port behind the new address, any port.</summary>
    /// <returns>Null when all that was tried is taken.</returns>
    private ushort? ChoosePort(in FlowKey original, UInt128 mapped, (ushort First, ushort Last)? ports)
    {
        (ushort First, ushort Last) allowed = HasPorts(original.Protocol) ? ports ?? (default, ushort.MaxValue) : (default, ushort.MaxValue);
        ushort own = original.SourcePort;
        bool asItIs = original.Source == mapped && Within(own, allowed);
        return (!asItIs && PortOfSibling(original, mapped, allowed) is { } reused && IsFree(original, mapped, reused)) ? reused
            : Within(own, allowed) && IsFree(original, mapped, own) ? own
            : HasPorts(original.Protocol) ? DrawPort(original, mapped, ports ?? Near(own))
            : IsQuery(original.Protocol) ? DrawPort(original, mapped, allowed)
            : null;
    }

    private ushort? DrawPort(in FlowKey original, UInt128 mapped, (ushort First, ushort Last) range)
    {
        int count = range.Last - range.First + 1;
        for (int tries = Math.Min(count, MostTries); tries >= Math.Min(count, FewestTries); tries /= 2)
        {
            int start = _random.Next(count);
            for (int i = 0; i < tries; i++)
            {
                ushort port = (ushort)(range.First + (start + i) % count);
                if (IsFree(original, mapped, port))
                {
                    return port;
                }
            }
        }

        return null;
    }

    /// <summary>The port that another live connection of the same endpoint was given behind this address.</summary>
    private ushort? PortOfSibling(in FlowKey original, UInt128 mapped, (ushort First, ushort Last) allowed)
    {
        foreach (Binding binding in _byEndpoint.GetValueOrDefault(EndpointOf(original), []))
        {
            FlowKey reply = binding.Connection.Reply;
            ushort port = PortOf(reply, atDestination: true);
            if (IsLive(binding) && reply.Destination == mapped && Within(port, allowed))
            {
                return port;
            }
        }

        return null;
    }

    private string? DeviceOf(Connection connection)
    {
        foreach (Binding binding in _byEndpoint.GetValueOrDefault(EndpointOf(connection.Original), []))
        {
            if (binding.Connection == connection)
            {
                return binding.MasqueradedAt;
            }
        }

        return null;
    }

    private bool IsLive(Binding binding) => tracker.Find(binding.Connection.Original) == binding.Connection;

    private bool IsFree(in FlowKey original, UInt128 mapped, ushort port) => tracker.Find(ReplyTo(original, mapped, port)) is null;

    /// <summary>The newest first, as the kernel looks through them.</summary>
    private void Remember(Binding binding)
    {
        if (++_remembered >= _sweepAt)
        {
            _remembered = 1;
            foreach ((var endpoint, List<Binding> bindings) in _byEndpoint.ToList())
            {
                _ = bindings.RemoveAll(old => !IsLive(old));
                _ = bindings.Count > 0 || _byEndpoint.Remove(endpoint);
                _remembered += bindings.Count;
            }

            _sweepAt = Math.Max(FirstSweep, _remembered * 2);
        }

        var key = EndpointOf(binding.Connection.Original);
        if (!_byEndpoint.TryGetValue(key, out List<Binding>? siblings))
        {
            _byEndpoint[key] = siblings = [];
        }

        siblings.Insert(0, binding);
    }

    private static bool Within(ushort port, (ushort First, ushort Last) range) => port >= range.First && port <= range.Last;

    // Without a range a port that cannot stay is drawn from its class (nf_nat_l4proto_unique_tuple).
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
    /// <returns>False, and nothing is changed, where the header is cut off, or what it says would be wrong on the other side.</returns>
    private static bool TryRewrite(Span<byte> packet, bool source, UInt128 address, ushort port)
    {
        if (AddressRewriter.QuotationOf(packet) is { } quotation)
        {
            if (AddressRewriter.IsRedirect(packet) || EndsInHeader(packet[quotation..]))
            {
                return false; // nf_nat_icmp_reply_translation
            }

            AddressRewriter.SetAddress(packet, source, address);
            AddressRewriter.SetAddress(packet[quotation..], !source, address);
            SetPort(packet[quotation..], !source, port);
            AddressRewriter.SealMessage(packet);
        }
        else if (EndsInHeader(packet))
        {
            return false;
        }
        else
        {
            AddressRewriter.SetAddress(packet, source, address);
            SetPort(packet, source, port);
        }

        return true;
    }

    private static bool EndsInHeader(ReadOnlySpan<byte> packet) =>
        AddressRewriter.ProtocolOf(packet) is var protocol && (protocol == Gre || HasPorts(protocol) || IsQuery(protocol)) && AddressRewriter.CarriedLength(packet) < LeastHeader;

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
