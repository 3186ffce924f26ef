using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>Source translation (switching.md section 4.6; net/netfilter/nf_nat_core.c): decided once per connection, applied to
/// every packet of it, replies and errors included.</summary>
internal sealed class SourceNat(ImmutableArray<SourceNatRule> rules, int seed)
{
    private const int MaximumTries = 128; // nf_nat_l4proto_unique_tuple

    private static readonly (ushort First, ushort Last) AnyIdentifier = (0, ushort.MaxValue);

    private readonly Random _random = new(seed);
    private readonly Dictionary<ITrackedConnection, Binding?> _decided = [];
    private readonly Dictionary<FlowTuple, Binding> _byReply = [];
    private readonly Dictionary<(IpProtocol, Ipv4Address, ushort), Binding> _byEndpoint = [];

    /// <summary>POSTROUTING: gives a packet its translated source.</summary>
    /// <param name="masquerade">The address to hide behind; null if the host has none there.</param>
    /// <returns>False when no free port is left, and the packet is lost.</returns>
    public bool Translate(HostPacket packet, TrackedPacket tracked, string departure, Ipv4Address? masquerade)
    {
        if (tracked is not { Connection: { } connection, Direction: ConnectionDirection.Original })
        {
            return true;
        }

        bool isError = FlowTuple.QuotationOf(packet.Bytes) is not null;
        if (!_decided.TryGetValue(connection, out Binding? binding))
        {
            if (isError || !TryBind(packet, connection, departure, masquerade, out binding))
            {
                return isError;
            }

            Forget();
            _decided[connection] = binding;
        }

        if (binding is null)
        {
            return true;
        }

        if (FlowTuple.QuotationOf(packet.Bytes) is { } quotation)
        {
            RewriteError(packet.Bytes, Ipv4Rewriter.SourceOffset, binding.Mapped, quotation, towardsGuest: false, binding);
        }
        else
        {
            Rewrite(packet.Bytes, Ipv4Rewriter.SourceOffset, binding.Mapped, binding.MappedPort, portOffset: 0);
        }

        return true;
    }

    /// <summary>PREROUTING: gives a reply, or an error about what was sent, the guest's address again.</summary>
    /// <returns>Whether anything was changed.</returns>
    public bool TranslateBack(Span<byte> packet)
    {
        if (FlowTuple.QuotationOf(packet) is { } quotation)
        {
            FlowTuple quoted = FlowTuple.Read(packet[quotation..]);
            if (!TryFind(quoted.Inverse, out Binding? about))
            {
                return false;
            }

            RewriteError(packet, Ipv4Rewriter.DestinationOffset, about.Original.Source, quotation, towardsGuest: true, about);
            return true;
        }

        if (!TryFind(FlowTuple.Read(packet), out Binding? binding))
        {
            return false;
        }

        Rewrite(packet, Ipv4Rewriter.DestinationOffset, binding.Original.Source, binding.Original.SourcePort, portOffset: 2);
        return true;
    }

    /// <summary>The guest's form of a packet that was translated already: errors about it are sent to the guest.</summary>
    public Ipv4Address? OriginalSource(ITrackedConnection connection) =>
        _decided.TryGetValue(connection, out Binding? binding) ? binding?.Original.Source : null;

    private bool TryFind(in FlowTuple reply, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Binding? binding) =>
        _byReply.TryGetValue(reply, out binding) && binding.Connection.Alive;

    private bool TryBind(HostPacket packet, ITrackedConnection connection, string departure, Ipv4Address? masquerade, out Binding? binding)
    {
        binding = null;
        FlowTuple original = FlowTuple.Read(packet.Bytes);
        SourceTranslation? translation = FirstMatch(packet, departure);
        Ipv4Address? address = translation?.Addresses is { } range ? Choose(range, original) : masquerade;
        if (translation is null || address is not { } mapped)
        {
            return true;
        }

        bool numbered = FlowTuple.HasPorts(original.Protocol) || original.Protocol == IpProtocol.Icmp;
        (ushort First, ushort Last) ports = original.Protocol == IpProtocol.Icmp ? AnyIdentifier : translation.Ports ?? Near(original.SourcePort);
        ushort? port = numbered ? ChoosePort(original, mapped, ports) : IsFree(original, mapped, 0) ? (ushort)0 : null;
        if (port is not { } chosen)
        {
            return false;
        }

        binding = new(connection, original, mapped, chosen);
        _byReply[ReplyTo(original, mapped, chosen)] = binding;
        _byEndpoint[(original.Protocol, original.Source, original.SourcePort)] = binding;
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
    private static Ipv4Address Choose((Ipv4Address First, Ipv4Address Last) range, in FlowTuple flow)
    {
        uint count = range.Last.Bits - range.First.Bits + 1;
        uint mixed = flow.Source.Bits * 2654435761u ^ flow.Destination.Bits * 2246822519u;
        return new(range.First.Bits + (count == 0 ? mixed : mixed % count));
    }

    private ushort? ChoosePort(in FlowTuple original, Ipv4Address mapped, (ushort First, ushort Last) range)
    {
        bool reusable = _byEndpoint.TryGetValue((original.Protocol, original.Source, original.SourcePort), out Binding? sibling)
            && sibling.Connection.Alive && sibling.Mapped == mapped && Within(sibling.MappedPort, range);
        if (reusable && IsFree(original, mapped, sibling!.MappedPort))
        {
            return sibling.MappedPort;
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

    private static bool Within(ushort port, (ushort First, ushort Last) range) => port >= range.First && port <= range.Last;

    // Without a range a port stays in its class (nf_nat_l4proto_unique_tuple).
    private static (ushort First, ushort Last) Near(ushort port) =>
        port < 512 ? ((ushort)1, (ushort)511) : port < 1024 ? ((ushort)600, (ushort)1023) : ((ushort)1024, ushort.MaxValue);

    private bool IsFree(in FlowTuple original, Ipv4Address mapped, ushort port) => !TryFind(ReplyTo(original, mapped, port), out _);

    private static FlowTuple ReplyTo(in FlowTuple original, Ipv4Address mapped, ushort port) =>
        original.Protocol == IpProtocol.Icmp
            ? new(original.Protocol, original.Destination, port, mapped, port)
            : new(original.Protocol, original.Destination, original.DestinationPort, mapped, port);

    /// <summary>Drops what belongs to connections that are over, whenever their number has doubled.</summary>
    private void Forget()
    {
        if (_decided.Count < _sweepAt)
        {
            return;
        }

        foreach ((ITrackedConnection connection, Binding? binding) in _decided.Where(entry => !entry.Key.Alive).ToList())
        {
            _ = _decided.Remove(connection);
            if (binding is not null)
            {
                _ = _byReply.Remove(ReplyTo(binding.Original, binding.Mapped, binding.MappedPort));
            }
        }

        _sweepAt = Math.Max(FirstSweep, _decided.Count * 2);
    }

    private const int FirstSweep = 1024; // connections
    private int _sweepAt = FirstSweep;

    private static void Rewrite(Span<byte> packet, int addressOffset, Ipv4Address address, ushort port, int portOffset)
    {
        Ipv4Rewriter.SetAddress(packet, addressOffset, address);
        IpProtocol protocol = (IpProtocol)packet[9];
        int at = Ipv4Rewriter.HeaderLength(packet) + portOffset;
        if (FlowTuple.HasPorts(protocol) && packet.Length >= at + 2)
        {
            Ipv4Rewriter.SetTransportWord(packet, portOffset, port);
        }
        else if (protocol == IpProtocol.Icmp)
        {
            Ipv4Rewriter.SetTransportWord(packet, 4, port);
        }
    }

    // The outer address, the same address in the quotation, and the message's checksum over both.
    private static void RewriteError(
        Span<byte> packet, int outerOffset, Ipv4Address outer, int quotation, bool towardsGuest, Binding binding)
    {
        Ipv4Rewriter.SetAddress(packet, outerOffset, outer);
        Span<byte> quoted = packet[quotation..];
        if (towardsGuest)
        {
            Rewrite(quoted, Ipv4Rewriter.SourceOffset, binding.Original.Source, binding.Original.SourcePort, portOffset: 0);
        }
        else
        {
            Rewrite(quoted, Ipv4Rewriter.DestinationOffset, binding.Mapped, binding.MappedPort, portOffset: 2);
        }

        Span<byte> message = packet[Ipv4Rewriter.HeaderLength(packet)..];
        Ipv4Rewriter.Put(message, 2, 0);
        Ipv4Rewriter.Put(message, 2, InternetChecksum.Of(message));
    }

    private sealed record Binding(ITrackedConnection Connection, FlowTuple Original, Ipv4Address Mapped, ushort MappedPort);
}
