using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Packets;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks.Services;

/// <param name="LeaseTime">Null for the default; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public sealed record DhcpPool(Ipv4Address First, Ipv4Address Last, TimeSpan? LeaseTime = null);

/// <param name="Mac">Null: known by the name it sends.</param>
public sealed record DhcpReservation(MacAddress? Mac, string? Name, Ipv4Address Address, TimeSpan? LeaseTime);

/// <summary>What a network gives away, and what it tells its guests.</summary>
/// <param name="Server">The bridge's address.</param>
/// <param name="Routes">The server names itself as router: in every mode but isolated.</param>
/// <param name="AnswersNames">It names itself as name server.</param>
public sealed record DhcpScope(
    Ipv4Interface Server, ImmutableArray<DhcpPool> Ranges, ImmutableArray<DhcpReservation> Reservations,
    bool Routes, bool AnswersNames)
{
    public string? Domain { get; init; }

    public ushort? Mtu { get; init; }

    /// <summary>Asks for three seconds whether an address is free before it is offered (dnsmasq's no-ping is the opposite).</summary>
    public bool Pings { get; init; } = true;

    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(1); // dnsmasq's default
}

/// <summary>dnsmasq's DHCPv4 as a guest sees it (switching.md section 7.1), authoritative on its bridge.</summary>
public sealed class DhcpServer : IUdpService, INamedLeases
{
    public const ushort ServerPort = 67, ClientPort = 68;

    private const int ShortestBootp = 300; // bytes
    private const int FlagsAt = 10;
    private const byte BroadcastFlag = 0x80;
    private const uint Forever = uint.MaxValue; // seconds (RFC 2131 section 3.3)
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(3);

    private readonly Host _host;
    private readonly HostDevice _device;
    private readonly DhcpScope _scope;
    private readonly VirtualClock _clock;
    private readonly Dictionary<MacAddress, (Ipv4Address Address, string Name)> _leases = [];
    private readonly HashSet<MacAddress> _pinging = [];

    public DhcpServer(Host host, HostDevice device, DhcpScope scope, VirtualClock clock) =>
        (_host, _device, _scope, _clock) = (host, device, scope, clock);

    /// <inheritdoc/>
    public IEnumerable<(string Name, IpNumber Address)> Names =>
        _leases.Values.Where(lease => lease.Name.Length > 0).Select(lease => (lease.Name, IpNumber.Of(lease.Address)));

    bool IUdpService.Receive(UdpArrival datagram)
    {
        bool ours = datagram.Device == _device && !datagram.Source.Version6;
        if (!ours || !DhcpMessage.TryRead(datagram.Message, out DhcpMessage message))
        {
            return ours;
        }

        switch (message.Kind)
        {
            case DhcpKind.Discover:
                Discover(message);
                break;
            case DhcpKind.Request when message.Server is null || message.Server == _scope.Server.Address:
                Request(message);
                break;
            case DhcpKind.Inform:
                Answer(Bytes(message, DhcpKind.Acknowledge, default), message.ClientMac, message.ClientAddress);
                break;
            case DhcpKind.Release:
                _ = _leases.Remove(message.ClientMac);
                break;
        }

        return true;
    }

    private void Discover(DhcpMessage message)
    {
        MacAddress client = message.ClientMac;
        if (Known(message) is { } known)
        {
            Give(message, DhcpKind.Offer, known);
        }
        else if (!_scope.Pings)
        {
            if (Candidate(client) is { } free)
            {
                _leases[client] = (free, ""); // named once it is acknowledged
                Give(message, DhcpKind.Offer, free);
            }
        }
        else if (Candidate(client) is { } candidate && _pinging.Add(client))
        {
            byte[] offer = Bytes(message, DhcpKind.Offer, candidate);
            bool broadcast = message.WantsBroadcast;
            string name = message.Name;

            // The appointment is made before the ping's own, so that at the third second the neighbour is there first.
            _clock.After(PingPatience, () =>
            {
                _ = _pinging.Remove(client);
                _leases[client] = (candidate, name);
                _host.Ipv4.Introduce(_device, candidate, client);
                Answer(offer, broadcast ? MacAddress.Broadcast : client, broadcast ? new(uint.MaxValue) : candidate);
            });
            _host.Ipv4.Send(Frames.Icmp(_scope.Server.Address, candidate, 8, 0, 0, new byte[56]));
        }
    }

    private void Request(DhcpMessage message)
    {
        Ipv4Address wanted = message.RequestedAddress ?? message.ClientAddress;
        if (Known(message) == wanted || (message.Server is null && Known(message) is null && Candidate(message.ClientMac) == wanted))
        {
            _leases[message.ClientMac] = (wanted, ReservationFor(message)?.Name ?? message.Name);
            Give(message, DhcpKind.Acknowledge, wanted);
        }
        else
        {
            Answer(Bytes(message, DhcpKind.Refuse, default), MacAddress.Broadcast, new(uint.MaxValue));
        }
    }

    private Ipv4Address? Known(DhcpMessage message) => ReservationFor(message)?.Address
        ?? (_leases.TryGetValue(message.ClientMac, out (Ipv4Address Address, string Name) lease) ? lease.Address : null);

    private DhcpReservation? ReservationFor(DhcpMessage message)
    {
        MacAddress mac = message.ClientMac;
        string name = message.Name;
        return _scope.Reservations.FirstOrDefault(host => host.Mac == mac || (host.Mac is null && host.Name == name && name.Length > 0));
    }

    /// <summary>The hash of dnsmasq's address_allocate decides where the search for a free address starts.</summary>
    private Ipv4Address? Candidate(MacAddress mac)
    {
        uint hash = 0;
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        mac.Write(bytes);
        foreach (byte b in bytes)
        {
            hash = b + (hash << 6) + (hash << 16) - hash;
        }

        foreach ((Ipv4Address first, Ipv4Address last, _) in _scope.Ranges)
        {
            uint size = last.Bits - first.Bits + 1;
            for (uint i = 0; i < size; i++)
            {
                Ipv4Address candidate = new(first.Bits + (hash + i) % size);
                if (IsFree(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    private bool IsFree(Ipv4Address address) => address != _scope.Server.Address
        && !_leases.Values.Any(lease => lease.Address == address)
        && !_scope.Reservations.Any(host => host.Address == address);

    private void Give(DhcpMessage message, DhcpKind kind, Ipv4Address address) => Answer(
        Bytes(message, kind, address), message.WantsBroadcast ? MacAddress.Broadcast : message.ClientMac,
        message.WantsBroadcast ? new(uint.MaxValue) : address);

    private void Answer(byte[] bootp, MacAddress to, Ipv4Address address) =>
        _host.Ipv4.SendOn(_device, to, ServiceDatagram.OfDhcp(_scope.Server.Address, address, bootp));

    private byte[] Bytes(DhcpMessage message, DhcpKind kind, Ipv4Address yours)
    {
        List<byte> bytes = [.. message.Fixed, .. new byte[DhcpMessage.OptionsAt - 44]];
        bytes[0] = 2; // an answer
        bytes.RemoveRange(236, 4);
        Add32(DhcpMessage.Cookie);
        Option(53, [(byte)kind]);
        Option(54, IpNumber.Of(_scope.Server.Address).ToBytes());
        if (kind == DhcpKind.Refuse)
        {
            Option(56, Encoding.ASCII.GetBytes("wrong address"));
        }
        else
        {
            Describe(message, yours);
        }

        bytes.Add(255);
        while (bytes.Count < ShortestBootp)
        {
            bytes.Add(0);
        }

        byte[] made = [.. bytes];
        yours.Write(made.AsSpan(16));
        (kind == DhcpKind.Refuse ? default : _scope.Server.Address).Write(made.AsSpan(20)); // the next server of a boot
        made[FlagsAt] |= kind == DhcpKind.Refuse ? BroadcastFlag : (byte)0; // a guest without address hears nothing else
        return made;

        void Describe(DhcpMessage asked, Ipv4Address given)
        {
            DhcpReservation? reservation = _scope.Reservations.FirstOrDefault(host => host.Address == given);
            if (given.Bits != 0)
            {
                uint lease = LeaseOf(reservation, given);
                Option(51, NetworkOrder.Bytes(lease));
                foreach ((byte code, long part) in lease == Forever ? [] : ((byte, long)[])[(58, lease / 2), (59, lease * 7L / 8)])
                {
                    Option(code, NetworkOrder.Bytes((uint)part));
                }
            }

            foreach ((byte code, byte[]? value) in Facts(NameFor(kind, reservation?.Name, asked.Name)))
            {
                if (value is not null && asked.AskedFor.Contains(code))
                {
                    Option(code, value);
                }
            }
        }

        void Option(byte code, byte[] value)
        {
            bytes.Add(code);
            bytes.Add((byte)value.Length);
            bytes.AddRange(value);
        }

        void Add32(uint value) => bytes.AddRange(NetworkOrder.Bytes(value));
    }

    /// <summary>An offer leaves a guest the name that it came with; an acknowledgement says which one counts.</summary>
    private static string NameFor(DhcpKind kind, string? reserved, string sent) =>
        kind == DhcpKind.Offer ? (sent.Length > 0 ? "" : reserved ?? "") : reserved ?? sent;

    /// <summary>In seconds: what the reservation says, else the range that holds the address, else the default.</summary>
    private uint LeaseOf(DhcpReservation? reservation, Ipv4Address given)
    {
        TimeSpan time = reservation?.LeaseTime
            ?? _scope.Ranges.FirstOrDefault(range => range.First.Bits <= given.Bits && given.Bits <= range.Last.Bits)?.LeaseTime ?? _scope.LeaseTime;
        return time == Timeout.InfiniteTimeSpan ? Forever : (uint)time.TotalSeconds;
    }

    /// <summary>What is told if asked for; null is not known.</summary>
    private IEnumerable<(byte Code, byte[]? Value)> Facts(string name)
    {
        byte[] own = IpNumber.Of(_scope.Server.Address).ToBytes();
        yield return (1, IpNumber.Of(_scope.Server.Subnet.Mask).ToBytes());
        yield return (28, IpNumber.Of(_scope.Server.Subnet.Last).ToBytes());
        yield return (3, _scope.Routes ? own : null);
        yield return (6, _scope.AnswersNames ? own : null);
        yield return (15, _scope.Domain is { } domain ? Encoding.ASCII.GetBytes(domain) : null);
        yield return (12, name.Length > 0 ? Encoding.ASCII.GetBytes(name) : null);
        yield return (26, _scope.Mtu is { } mtu ? NetworkOrder.Bytes(mtu) : null);
    }
}
