using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks.Services;

/// <summary>dnsmasq's stateful DHCPv6 as a guest sees it (switching.md section 7.3; rfc3315.c and dhcp6.c, which its answers follow
/// option by option).</summary>
/// <remarks>A client whose MAC the host does not know is first looked for, half a second long; here it is answered at once. Guests look
/// for a router before they ask, and are known then. Temporary addresses, which are random, are not given, and relays not answered.</remarks>
public sealed class Dhcpv6Server : IUdpService, INamedLeases
{
    public const ushort ServerPort = 547, ClientPort = 546;

    private const uint Forever = uint.MaxValue;
    private const uint ShortestWish = 120, ShortestRefresh = 600; // seconds
    private const byte NameUpdated = 0x03, NobodyUpdates = 0x04; // flags of a name (RFC 4704 section 4.1)
    private static readonly TimeSpan DefaultLease = TimeSpan.FromDays(1), DeclinedFor = TimeSpan.FromMinutes(10);

    /// <summary>All relay agents and servers, and all servers (RFC 8415 section 7.1).</summary>
    private static readonly Ipv6Address[] Groups = [Ipv6Address.Parse("ff02::1:2"), Ipv6Address.Parse("ff05::1:3")];

    private readonly Host _host;
    private readonly HostDevice _device;
    private readonly Dhcpv6Scope _scope;
    private readonly VirtualClock _clock;
    private readonly ImmutableArray<Dhcpv6Pool> _pools;
    private readonly List<Lease> _leases = []; // the newest first
    private readonly HashSet<Ipv6Address> _declined = [];
    private ulong _refusals; // by clients, of what was given; the next search begins as much later

    public Dhcpv6Server(Host host, HostDevice device, Dhcpv6Scope scope, VirtualClock clock)
    {
        (_host, _device, _scope, _clock, _pools) = (host, device, scope, clock, scope.Ranges);
        device.Groups.UnionWith(Groups);
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, IpNumber Address)> Names =>
        _leases.Where(lease => lease.Name.Length > 0).Select(lease => (lease.Name, IpNumber.Of(lease.Address)));

    bool IUdpService.Receive(UdpArrival datagram)
    {
        bool ours = datagram.Device == _device && datagram.Source.Version6;
        if (ours && datagram.Message.Length > Dhcpv6Message.HeadLength && Answer(new(datagram.Message)) is { } answer
            && _host.Ipv6.SourceTowards(datagram.Source.ToIpv6(), _device) is { } own)
        {
            _host.Ipv6.Send(ServiceDatagram.OfDhcp(own, datagram.Source.ToIpv6(), answer), _device);
        }

        return ours;
    }

    private byte[]? Answer(Dhcpv6Message message)
    {
        ReadOnlySpan<byte> id = message.Find(Dhcpv6Option.ClientId);
        if (!IsForUs(message) || (id.IsEmpty && message.Kind != Dhcpv6Kind.InformationRequest))
        {
            return null;
        }

        Client client = ClientOf(message, id);
        Dhcpv6Answer answer = new(message, _scope.ServerId);
        List<AddressWish> wishes = AddressWish.AllOf(message);
        return message.Kind switch
        {
            Dhcpv6Kind.Solicit => Offer(answer, client, wishes, commit: message.Has(Dhcpv6Option.RapidCommit)),
            Dhcpv6Kind.Request when wishes.Exists(wish => wish.Wanted.Count == 0) => Assign(answer, client, wishes, commit: true),
            Dhcpv6Kind.Request => Grant(answer, client, wishes),
            Dhcpv6Kind.Renew or Dhcpv6Kind.Rebind => Extend(answer, client, wishes, mayCreate: message.Kind == Dhcpv6Kind.Rebind),
            Dhcpv6Kind.Confirm => Confirm(answer, wishes),
            Dhcpv6Kind.Release => End(answer, client, wishes, "release received", declined: false),
            Dhcpv6Kind.Decline => End(answer, client, wishes, "success", declined: true),
            Dhcpv6Kind.InformationRequest when wishes.Count == 0 => Inform(answer, client),
            _ => null,
        };
    }

    /// <summary>Who does not know the server yet must not name one; who does must name this one (RFC 8415 section 16).</summary>
    private bool IsForUs(Dhcpv6Message message)
    {
        bool named = message.Options.Find(Dhcpv6Option.ServerId, out ReadOnlySpan<byte> server);
        bool us = named && server.SequenceEqual(_scope.ServerId.AsSpan());
        return message.Kind switch
        {
            Dhcpv6Kind.Solicit or Dhcpv6Kind.Confirm or Dhcpv6Kind.Rebind => !named,
            Dhcpv6Kind.InformationRequest => !named || us,
            _ => us,
        };
    }

    /// <summary>Known by its identifier, else by the name that it sends; what is known of it for IPv4's sake does not count.</summary>
    private Client ClientOf(Dhcpv6Message message, ReadOnlySpan<byte> id)
    {
        ImmutableArray<byte> duid = [.. id];
        string sent = message.ReadName(out byte flags).Split('.')[0];
        flags = (byte)(((flags & 1) == 0 ? flags | NameUpdated : flags) & ~NobodyUpdates);
        Dhcpv6Reservation? known = _scope.Reservations.FirstOrDefault(host => host.Id is { } reserved && reserved.AsSpan().SequenceEqual(duid.AsSpan()));
        Dhcpv6Reservation? named = sent.Length > 0 ? _scope.Reservations.FirstOrDefault(host => host.Id is null && host.Name == sent) : null;
        return new(duid, known?.Name ?? sent, known?.Name is not null, flags, known ?? named);
    }

    private byte[] Offer(Dhcpv6Answer answer, Client client, List<AddressWish> wishes, bool commit)
    {
        if (commit)
        {
            answer.Add(Dhcpv6Option.RapidCommit, []);
        }

        return Assign(answer, client, wishes, commit);
    }

    /// <summary>Finds addresses for a client that does not know which: those it would like, reserved ones, those it has, free ones.</summary>
    private byte[] Assign(Dhcpv6Answer answer, Client client, List<AddressWish> wishes, bool commit)
    {
        bool any = false, kept = false, reserved = false, strange = false;
        HashSet<Lease> named = new(ReferenceEqualityComparer.Instance);
        foreach (AddressWish wish in wishes)
        {
            Given given = new(wish.Id);
            foreach ((Ipv6Address address, uint preferred, uint valid) in wish.Wanted)
            {
                if (!IsOnLink(address))
                {
                    strange = true;
                }
                else if (!reserved && ReservedFor(client, wish.Id) is { } own)
                {
                    reserved = true;
                    given.Add(own, Times(TimeOf(own, client), preferred, valid));
                }
                else if (PoolOf(address) is not null && IsFreeFor(client, wish.Id, address))
                {
                    given.Add(address, Times(_pools[0].LeaseTime, preferred, valid)); // whichever pool it is from
                }
            }

            if (!reserved && ReservedFor(client, wish.Id) is { } mine)
            {
                reserved = true;
                given.Add(mine, Times(TimeOf(mine, client)));
            }

            named.UnionWith(given.Addresses.Select(LeaseAt).OfType<Lease>());
            foreach (Lease lease in _leases.Where(lease => lease.IsOf(client, wish.Id) && !named.Contains(lease)))
            {
                if (PoolOf(lease.Address) is { } pool)
                {
                    given.Add(lease.Address, Times(pool.LeaseTime));
                    _ = named.Add(LeaseAt(lease.Address)!);
                }
            }

            if (given.IsEmpty && Candidate(client.Id, wish.Id) is { } free)
            {
                given.Add(free, Times(PoolOf(free)!.LeaseTime));
            }

            any |= !given.IsEmpty;
            kept |= commit && Keep(client, given);
            named.UnionWith(given.Addresses.Select(LeaseAt).OfType<Lease>());
            Hand(answer, given, commit);
        }

        answer.Become(commit ? Dhcpv6Kind.Reply : Dhcpv6Kind.Advertise);
        if (!any)
        {
            (Dhcpv6Status status, string words) = commit && strange ? (Dhcpv6Status.NotOnLink, "not on link") : (Dhcpv6Status.NoAddresses, "no addresses available");
            answer.AddStatus(status, words);
            return answer.Bytes;
        }

        answer.AddStatus(Dhcpv6Status.Success, "success");
        answer.Add(Dhcpv6Option.Preference, [_scope.IsAuthoritative ? byte.MaxValue : (byte)0]);
        return Described(answer, client, withDomain: kept);
    }

    /// <summary>An empty wish is not repeated in an offer; in a reply it says why it is empty.</summary>
    private static void Hand(Dhcpv6Answer answer, Given given, bool commit)
    {
        if (given.IsEmpty && !commit)
        {
            return;
        }

        if (given.IsEmpty)
        {
            given.AddStatus(Dhcpv6Status.NoAddresses, "address unavailable");
        }

        answer.Add(given);
    }

    /// <summary>Grants the addresses that a client was offered, and asks for by their numbers.</summary>
    private byte[] Grant(Dhcpv6Answer answer, Client client, List<AddressWish> wishes)
    {
        bool any = false, kept = false;
        foreach (AddressWish wish in wishes)
        {
            Given given = new(wish.Id);
            foreach ((Ipv6Address address, uint preferred, uint valid) in wish.Wanted)
            {
                if (PoolOf(address) is null && !IsOnLink(address))
                {
                    given.AddStatus(Dhcpv6Status.NotOnLink, "not on link");
                }
                else if (PoolOf(address) is null && client.Reservation?.Address != address)
                {
                    given.AddStatus(Dhcpv6Status.NoAddresses, "address unavailable");
                }
                else if (!IsFreeFor(client, wish.Id, address))
                {
                    given.AddStatus(Dhcpv6Status.Unspecified, "address in use");
                }
                else
                {
                    given.Add(address, Times(TimeOf(address, client), preferred, valid));
                }
            }

            any |= !given.IsEmpty;
            kept |= Keep(client, given);
            answer.Add(given);
        }

        answer.Become(Dhcpv6Kind.Reply);
        answer.AddStatus(any ? Dhcpv6Status.Success : Dhcpv6Status.NoAddresses, any ? "success" : "no addresses available");
        return Described(answer, client, withDomain: kept);
    }

    /// <remarks>The real server draws the times of renewal at random, so that guests do not come back all at once.</remarks>
    private byte[] Extend(Dhcpv6Answer answer, Client client, List<AddressWish> wishes, bool mayCreate)
    {
        bool any = false;
        foreach (AddressWish wish in wishes)
        {
            Given given = new(wish.Id);
            foreach ((Ipv6Address address, uint preferred, uint valid) in wish.Wanted)
            {
                if (!mayCreate && LeaseOf(client, wish.Id, address) is null)
                {
                    given = new(wish.Id) { IsTimeless = true };
                    given.AddStatus(Dhcpv6Status.NoBinding, "no binding found");
                    break;
                }

                bool held = LeaseOf(client, wish.Id, address) is not null;
                if (!held && _leases.Count >= _scope.MostLeases)
                {
                    break;
                }

                bool valuable = IsOnLink(address);
                any |= valuable;
                given.Add(address, valuable ? Times(TimeOf(address, client), preferred, valid) : (0, 0));
                if (valuable && !held)
                {
                    _leases.Insert(0, new(address, client.Id, wish.Id, client.Name));
                }
            }

            answer.Add(given);
        }

        answer.Become(Dhcpv6Kind.Reply);
        if (!any && mayCreate)
        {
            answer.AddStatus(Dhcpv6Status.NoAddresses, "no addresses available");
        }

        return Described(answer, client, withDomain: any);
    }

    private byte[]? Confirm(Dhcpv6Answer answer, List<AddressWish> wishes)
    {
        Ipv6Address[] asked = [.. wishes.SelectMany(wish => wish.Wanted).Select(wanted => wanted.Address)];
        if (asked.Length == 0)
        {
            return null;
        }

        bool good = Array.TrueForAll(asked, IsOnLink);
        answer.Become(Dhcpv6Kind.Reply);
        answer.AddStatus(good ? Dhcpv6Status.Success : Dhcpv6Status.NotOnLink, good ? "all addresses still on link" : "confirm failed");
        return answer.Bytes;
    }

    /// <summary>Takes addresses back; those that the client did not have are named in the answer.</summary>
    private byte[] End(Dhcpv6Answer answer, Client client, List<AddressWish> wishes, string words, bool declined)
    {
        foreach (AddressWish wish in wishes)
        {
            Given strange = new(wish.Id) { IsTimeless = true };
            foreach ((Ipv6Address address, _, _) in wish.Wanted)
            {
                if (declined)
                {
                    Decline(client, address);
                }

                if (LeaseOf(client, wish.Id, address) is { } lease)
                {
                    _ = _leases.Remove(lease);
                }
                else
                {
                    strange.Add(address, (0, 0));
                }
            }

            if (!strange.IsEmpty)
            {
                strange.AddStatus(Dhcpv6Status.NoBinding, "no binding found");
                answer.Add(strange);
            }
        }

        answer.Become(Dhcpv6Kind.Reply);
        answer.AddStatus(Dhcpv6Status.Success, words);
        return answer.Bytes;
    }

    /// <summary>A reserved address is not given for a while; from a pool the same client gets another one next time.</summary>
    private void Decline(Client client, Ipv6Address address)
    {
        if (client.Reservation?.Address != address)
        {
            _refusals++;
        }
        else if (_declined.Add(address))
        {
            _clock.After(DeclinedFor, () => _declined.Remove(address));
        }
    }

    private byte[] Inform(Dhcpv6Answer answer, Client client)
    {
        answer.Become(Dhcpv6Kind.Reply);
        AddNameServer(answer);
        uint shortest = _pools.IsEmpty ? Seconds(null) : _pools.Min(pool => Seconds(pool.LeaseTime));
        answer.Add(Dhcpv6Option.RefreshTime, NetworkOrder.Bytes(Math.Max(shortest, ShortestRefresh)));
        AddName(answer, client, withDomain: !client.IsNamedHere);
        return answer.Bytes;
    }

    private byte[] Described(Dhcpv6Answer answer, Client client, bool withDomain)
    {
        AddNameServer(answer);
        AddName(answer, client, withDomain);
        return answer.Bytes;
    }

    private void AddNameServer(Dhcpv6Answer answer)
    {
        if (_scope.AnswersNames)
        {
            answer.Add(Dhcpv6Option.NameServers, IpNumber.Of(_scope.Server.Address).ToBytes());
        }
    }

    /// <summary>What the client is called: with the network's domain once it has an address there.</summary>
    private void AddName(Dhcpv6Answer answer, Client client, bool withDomain)
    {
        if (client.Name.Length > 0)
        {
            answer.Add(Dhcpv6Option.Name, [client.NameFlags, .. NameRecord.LabelsOf(client.Name),
                .. withDomain && _scope.Domain is { } domain ? NameRecord.BytesOf(domain) : []]);
        }
    }

    /// <returns>Whether it was remembered. The client is told that it has the addresses all the same (update_leases).</returns>
    private bool Keep(Client client, Given given)
    {
        bool kept = false;
        foreach (Ipv6Address address in given.Addresses)
        {
            Lease lease = new(address, client.Id, given.Id, client.Name);
            int known = _leases.FindIndex(other => other.Address == address);
            if (known >= 0)
            {
                _leases[known] = lease;
                kept = true;
            }
            else if (_leases.Count < _scope.MostLeases)
            {
                _leases.Insert(0, lease);
                kept = true;
            }
        }

        return kept;
    }

    private Ipv6Address? ReservedFor(Client client, uint wish) =>
        client.Reservation is { } reservation && !_declined.Contains(reservation.Address) && IsOnLink(reservation.Address)
            && IsFreeFor(client, wish, reservation.Address) ? reservation.Address : null;

    private Lease? LeaseOf(Client client, uint wish, Ipv6Address address) => _leases.Find(lease => lease.Address == address && lease.IsOf(client, wish));

    private Lease? LeaseAt(Ipv6Address address) => _leases.Find(lease => lease.Address == address);

    private bool IsFreeFor(Client client, uint wish, Ipv6Address address) => LeaseAt(address)?.IsOf(client, wish) ?? true;

    private bool IsOnLink(Ipv6Address address) => _scope.Server.Subnet.Contains(address);

    private Dhcpv6Pool? PoolOf(Ipv6Address address) => _pools.FirstOrDefault(pool => pool.First.Bits <= address.Bits && address.Bits <= pool.Last.Bits);

    /// <summary>The hash of dnsmasq's address6_allocate decides where the search for a free address starts.</summary>
    private Ipv6Address? Candidate(ImmutableArray<byte> client, uint wish)
    {
        ulong hash = wish;
        foreach (byte b in client)
        {
            hash = b + (hash << 6) + (hash << 16) - hash;
        }

        foreach ((Ipv6Address first, Ipv6Address last, _) in _pools)
        {
            ulong size = (ulong)(last.Bits - first.Bits) + 1; // 0 is a whole /64
            ulong start = hash + _refusals;
            for (ulong i = 0; i < size || size == 0; i++)
            {
                Ipv6Address candidate = new(first.Bits + (size == 0 ? start + i : (start + i) % size));
                if (candidate != _scope.Server.Address && LeaseAt(candidate) is null && !_scope.Reservations.Any(host => host.Address == candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>That of the reservation, else of the pool that it is from, else of the first.</summary>
    private TimeSpan? TimeOf(Ipv6Address address, Client client) =>
        (client.Reservation is { } reservation && reservation.Address == address ? reservation.LeaseTime : null)
            ?? (PoolOf(address) ?? _pools.FirstOrDefault())?.LeaseTime;

    /// <summary>For how long an address is given: the lease's time, or less if that is wished for.</summary>
    private static (uint Preferred, uint Valid) Times(TimeSpan? leased, uint preferred = 0, uint valid = 0)
    {
        uint lease = Seconds(leased);
        return preferred > valid ? (lease, lease) : (Wished(preferred), Wished(valid));

        uint Wished(uint time) => time == 0 ? lease : Math.Min(lease, Math.Max(time, ShortestWish));
    }

    private static uint Seconds(TimeSpan? time) => (time ?? DefaultLease) is var given && given == Timeout.InfiniteTimeSpan ? Forever : (uint)given.TotalSeconds;

    /// <param name="IsNamedHere">The network, not the client, says what it is called.</param>
    private sealed record Client(ImmutableArray<byte> Id, string Name, bool IsNamedHere, byte NameFlags, Dhcpv6Reservation? Reservation);

    /// <remarks>Two clients can have one, if the second says that it always had it (a rebinding).</remarks>
    private sealed record Lease(Ipv6Address Address, ImmutableArray<byte> Client, uint Wish, string Name)
    {
        public bool IsOf(Client client, uint wish) => Wish == wish && Client.AsSpan().SequenceEqual(client.Id.AsSpan());
    }
}
