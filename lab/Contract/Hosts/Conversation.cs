using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>How a conversation went, as the guest that began it sees it.</summary>
public enum ConversationOutcome
{
    /// <summary>Nothing came back.</summary>
    Unanswered,

    /// <summary>The answer, or the connection, that was wanted.</summary>
    Answered,

    /// <summary>A TCP reset, or an ICMP error.</summary>
    Refused,
}

/// <summary>Lets guests behave as hosts: one says something, and all answer what reaches them until nobody has more to say.</summary>
/// <remarks>One for a scenario and testbed: hosts remember their neighbours from one conversation to the next.</remarks>
public sealed class Conversation(Scene scene)
{
    /// <summary>Where the guest that begins speaks from; answers come back to it.</summary>
    public const ushort ClientPort = 40000;

    /// <summary>The longest here is ARP both ways and a handshake; more would be a loop.</summary>
    private const int MostRounds = 32;

    private readonly Dictionary<GuestName, SmallHost> _hosts = [];

    /// <summary>Lets a guest take TCP connections and answer UDP datagrams on a port.</summary>
    public void Listen(GuestName guest, ushort port) => Host(guest).Open.Add(port);

    /// <param name="version6">Over IPv6 rather than IPv4; so for the others.</param>
    public ConversationOutcome Ping(GuestName from, GuestName to, bool version6 = false) => Run(from, to, version6,
        (source, target) => PacketOf.Echo(source, target, reply: false, 1 << 16 | 1, "ping by the lab"u8), HostEvent.EchoReply);

    public ConversationOutcome Connect(GuestName from, GuestName to, ushort port, bool version6 = false) => Run(from, to, version6,
        (source, target) => PacketOf.Tcp(source, ClientPort, target, port, 2, 1000, 0), HostEvent.Connected);

    public ConversationOutcome Ask(GuestName from, GuestName to, ushort port, bool version6 = false) => Run(from, to, version6,
        (source, target) => PacketOf.Udp(source, ClientPort, target, port, "are you there?"u8), HostEvent.Datagram);

    /// <summary>DISCOVER, OFFER, REQUEST, ACK; null when no server gave an address.</summary>
    public Ipv4Address? GetAddress(GuestName guest) => AskServer(guest, client => client.Discover()).Leased;

    /// <summary>REQUEST for an address that the guest believes to have; null when no server gave it, or anything.</summary>
    public Ipv4Address? GetAddress(GuestName guest, Ipv4Address wanted, out bool refused)
    {
        AddressClient client = AskServer(guest, client => client.Request(wanted));
        refused = client.WasRefused;
        return client.Leased;
    }

    /// <summary>INFORM; false when no server answered.</summary>
    public bool AskForTheRest(GuestName guest) => AskServer(guest, client => client.Inform(AddressOf(guest).ToIpv4())).Answer.Length > 0;

    /// <summary>An option of the last answer that a DHCP server gave the guest; empty when it was not in it.</summary>
    public byte[] ToldBy(GuestName guest, byte option) => Host(guest).Client.Told(option).ToArray();

    /// <summary>A router solicitation and its answer, which says nothing when there was none.</summary>
    /// <param name="nameless">From a guest that has no address at all yet.</param>
    public RouterWords LookForRouter(GuestName guest, bool nameless = false)
    {
        Ipv6AddressClient client = Host(guest).Ipv6Client;
        Exchange([new Stimulus(guest, client.LookForRouter(nameless))]);
        return RouterOf(guest);
    }

    /// <summary>The last advertisement that a guest heard.</summary>
    public RouterWords RouterOf(GuestName guest) => new(Host(guest).Ipv6Client.Advertised);

    /// <summary>Looks for a router, and does what that says: makes an address up, or asks for one by DHCPv6; null when neither was possible.</summary>
    public Ipv6Address? GetIpv6Address(GuestName guest)
    {
        _ = LookForRouter(guest);
        Ipv6AddressClient client = Host(guest).Ipv6Client;
        Exchange([.. client.Follow().Select(frame => new Stimulus(guest, frame))]);
        return client.Leased;
    }

    /// <summary>Tells a DHCPv6 server what the guest does with its address; false when no server answered.</summary>
    /// <param name="deed">One of <see cref="Ipv6Deeds"/>.</param>
    public bool DoWithIpv6Address(GuestName guest, string deed) => AskServer(guest, client => client.Do(deed));

    public static IEnumerable<string> Ipv6Deeds => Ipv6AddressClient.Deeds.Keys.Order(StringComparer.Ordinal);

    /// <summary>INFORMATION-REQUEST; false when no server answered.</summary>
    public bool AskForTheRestOfIpv6(GuestName guest) => AskServer(guest, client => client.Inform());

    /// <summary>An option of the last answer that a DHCPv6 server gave the guest; empty when it was not in it.</summary>
    public byte[] ToldByIpv6(GuestName guest, ushort option) => Host(guest).Ipv6Client.Told(option);

    /// <summary>Makes a station answer questions for names.</summary>
    public void Know(GuestName guest, string name, IpNumber address) => Host(guest).Names.Add((name, address));

    private bool AskServer(GuestName guest, Func<Ipv6AddressClient, byte[]> question)
    {
        Ipv6AddressClient client = Host(guest).Ipv6Client;
        Exchange([new Stimulus(guest, question(client))]);
        return client.Answer.Length > 0;
    }

    private AddressClient AskServer(GuestName guest, Func<AddressClient, byte[]> question)
    {
        AddressClient client = Host(guest).Client;
        Exchange([new Stimulus(guest, question(client))]);
        return client;
    }

    /// <summary>Asks the name server of the guest's network; null when it knows no address, or nobody answers.</summary>
    public IpNumber? Resolve(GuestName guest, string name, bool version6 = false) =>
        IpNumber.TryParse(AskName(guest, name, version6 ? "AAAA" : "A") ?? "", out IpNumber address) ? address : null;

    /// <summary>Asks for a record of a name: the answer in words, as <see cref="NameQuestion.Said"/> has them; null for a type that nobody
    /// asks for.</summary>
    /// <param name="version6">Over IPv6.</param>
    public string? AskName(GuestName guest, string name, string type, bool version6 = false)
    {
        if (!NameQuestion.Types.Contains(type))
        {
            return null;
        }

        BridgeSpec network = NetworkOf(guest);
        IpNumber server = Links(network).Select(link => link.Address).Where(own => own.Version6 == version6).Select(own => (IpNumber?)own).FirstOrDefault()
            ?? throw new ScenarioMistakeException($"nobody answers names on {network.Name} over IPv{(version6 ? 6 : 4)}: it has no such address");
        byte[] question = PacketOf.Udp(AddressOf(guest, version6), ClientPort, server, NameQuestion.Port, NameQuestion.For(name, type));
        return Say(guest, server, question, HostEvent.Datagram) switch
        {
            ConversationOutcome.Answered => NameQuestion.Said(Host(guest).Heard),
            ConversationOutcome.Refused => "nobody is there",
            _ => "nothing",
        };
    }

    /// <summary>Whether a DHCPv6 client's identifier, in hexadecimal bytes with colons, is that of a guest.</summary>
    public bool IsIdOf(GuestName guest, string id) => Host(guest).Ipv6Client.Id.SequenceEqual(
        id.Split(':').Select(text => byte.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    public MacAddress MacOf(GuestName guest) => scene.Draft.Find(guest).Mac;

    /// <exception cref="ScenarioMistakeException">The guest is on no bridge of a host.</exception>
    public BridgeSpec NetworkOf(GuestName guest) =>
        scene.Draft.Find(guest).At is OnBridge at && scene.Draft.Host?.Bridges.FirstOrDefault(bridge => bridge.Name == at.Bridge) is { } network
            ? network : throw new ScenarioMistakeException($"{guest} is not plugged into a network, so no server is near it");

    private ConversationOutcome Run(
        GuestName from, GuestName to, bool version6, Func<IpNumber, IpNumber, byte[]> packet, HostEvent wanted)
    {
        IpNumber target = AddressOf(to, version6);
        return Say(from, target, packet(AddressOf(from, version6), target), wanted);
    }

    private ConversationOutcome Say(GuestName from, IpNumber target, byte[] packet, HostEvent wanted)
    {
        SmallHost host = Host(from);
        host.Events.Clear();
        Exchange([.. host.Send(target, packet).Select(frame => new Stimulus(from, frame))]);
        return host.Events.Contains(wanted) ? ConversationOutcome.Answered
            : host.Events.Exists(seen => seen is HostEvent.Reset or HostEvent.Unreachable) ? ConversationOutcome.Refused
            : ConversationOutcome.Unanswered;
    }

    private void Exchange(ImmutableArray<Stimulus> said)
    {
        for (int round = 0; round < MostRounds && !said.IsEmpty; round++)
        {
            Exchange heard = scene.Send(said);
            said = [.. heard.Seen.Deliveries.SelectMany(delivery =>
                Host(delivery.At).Receive(delivery.Frame).Select(frame => new Stimulus(delivery.At, frame)))];
        }

        if (!said.IsEmpty)
        {
            throw new ExpectationException($"the guests were still talking after {MostRounds} rounds");
        }
    }

    private SmallHost Host(GuestName name)
    {
        if (!_hosts.TryGetValue(name, out SmallHost? host))
        {
            _hosts.Add(name, host = new(scene.Draft.Find(name), destination => NextHop(name, destination)));
        }

        return host;
    }

    /// <summary>A guest on a network leaves it by the bridge's address; a station on the LAN knows that the host leads to its networks,
    /// and the gateway to everything else.</summary>
    private IpNumber NextHop(GuestName name, IpNumber destination)
    {
        HostSpec host = scene.Draft.Host ?? HostSpec.Empty;
        IpNumber own = AddressOf(name, destination.Version6);
        if (scene.Draft.Find(name).At is OnBridge at)
        {
            Link? bridge = host.Bridges.Where(bridge => bridge.Name == at.Bridge).SelectMany(Links).FirstOrDefault(link => link.Holds(own));
            return bridge is not null && !bridge.Holds(destination) ? bridge.Address : destination;
        }

        (UplinkSpec Uplink, Link Link)? lan = host.Uplinks.SelectMany(uplink => Links(uplink).Select(link => (uplink, link)))
            .Where(plugged => plugged.link.Holds(own)).Select(plugged => ((UplinkSpec, Link)?)plugged).FirstOrDefault();
        if (lan is not { } here || here.Link.Holds(destination))
        {
            return destination;
        }

        IpNumber? gateway = destination.Version6 ? (here.Uplink.Ipv6Gateway is { } six ? IpNumber.Of(six) : null)
            : here.Uplink.Gateway is { } four ? IpNumber.Of(four) : null;
        bool behindHost = host.Bridges.SelectMany(Links).Any(link => link.Holds(destination));
        return behindHost ? here.Link.Address : gateway ?? destination;
    }

    private static IEnumerable<Link> Links(BridgeSpec bridge) => Links(bridge.Addresses, bridge.Ipv6Addresses);

    private static IEnumerable<Link> Links(UplinkSpec uplink) => Links(uplink.Addresses, uplink.Ipv6Addresses);

    private static IEnumerable<Link> Links(IEnumerable<HostAddress> version4, IEnumerable<HostIpv6Address> version6) =>
    [
        .. version4.Select(own => new Link(IpNumber.Of(own.Address), other => !other.Version6 && own.Subnet.Contains(other.ToIpv4()))),
        .. version6.Select(own => new Link(IpNumber.Of(own.Address), other => other.Version6 && own.Subnet.Contains(other.ToIpv6()))),
    ];

    /// <summary>An address of the host on a link, and who else is on that link.</summary>
    private sealed record Link(IpNumber Address, Func<IpNumber, bool> Holds);

    private IpNumber AddressOf(GuestName name, bool version6 = false)
    {
        IpNumber? first = Host(name).Addresses.Where(own => own.Version6 == version6).Select(own => (IpNumber?)own).FirstOrDefault();
        return first ?? throw new ScenarioMistakeException($"{name} has no IPv{(version6 ? 6 : 4)} address, so nobody can talk to it");
    }
}
