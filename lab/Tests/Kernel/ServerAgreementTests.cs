using System.Collections.Immutable;
using System.Text;
using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Testbeds;

namespace Lab.Tests.Kernel;

/// <summary>What no guest of a scenario says to a DHCPv6 server: the simulated one and dnsmasq answer it alike, and remember alike.</summary>
public sealed class ServerAgreementTests
{
    private const int Messages = 250; // of each seed
    private const byte Solicit = 1, Confirm = 4, Rebind = 6, Release = 8;

    private static readonly byte[] Kinds = [Solicit, 3, Confirm, 5, Rebind, Release, 9, 11, 2, 99];
    private static readonly Ipv6Address First = Ipv6Address.Parse("2001:db8:1::100"), AllServers = Ipv6Address.Parse("ff02::1:2");
    private static readonly ImmutableArray<Ipv6Address> Addresses =
        [.. Enumerable.Range(0, 8).Select(i => new Ipv6Address(First.Bits + (uint)i)), .. new[] { "2001:db8:1::1", "2001:db8:1::50", "2001:db8:1::51", "2001:db8:1::900", "2001:db8:2::1" }.Select(Ipv6Address.Parse)];

    private static readonly ImmutableArray<Guest> Guests =
        [.. Enumerable.Range(0x11, 3).Select(i => MacAddress.FromBits(0x5254_0000_0000ul + (uint)i)).Select((mac, i) => new Guest(new($"g{i}"), mac, null)
        {
            At = new OnBridge(InterfaceName.Parse("virbr0")),
            Ipv6Addresses = [mac.LinkLocal()], // known to the host, which would look for it first
        })];

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_server_answers_whatever_it_is_sent_as_dnsmasq_does(int seed)
    {
        Random random = new(seed);
        Topology topology = new([], Guests) { Host = new([Network(isolated: seed % 2 == 0)], []) };
        using KernelTestbed testbed = new(new NftBackend(), PortPrograms.Compile);
        using ILiveTopology kernel = testbed.Build(topology), simulator = new SimulatedTestbed(PortPrograms.Compile).Build(topology);
        HashSet<string> kinds = [];
        for (int i = 0; i < Messages; i++)
        {
            Stimulus stimulus = Message(random);
            ImmutableArray<Delivery> said = kernel.Send([stimulus]).Deliveries, predicted = simulator.Send([stimulus]).Deliveries;

            predicted.Select(Tell).Should().Equal(said.Select(Tell), "it is what dnsmasq says to message {0} of seed {1}, {2}", i, seed, Convert.ToHexString(stimulus.Frame.Span[62..]));
            kinds.UnionWith(said.Where(delivery => delivery.At == stimulus.From).Select(delivery => Convert.ToHexString(delivery.Frame.Span.Slice(62, 1))));
        }

        kinds.Should().HaveCount(2, "there were offers and replies");
    }

    private static BridgeSpec Network(bool isolated) => new(InterfaceName.Parse("virbr0"), MacAddress.Parse("52:54:00:00:00:fe"), isolated ? ForwardMode.Isolated : ForwardMode.Nat, [])
    {
        Ipv6Addresses = [new(Ipv6Address.Parse("2001:db8:1::1"), 64)],
        Services = new(
            [new(Number(First), Number(new(First.Bits + 2)), TimeSpan.FromMinutes(isolated ? 5 : 60)), new(Number(new(First.Bits + 5)), Number(new(First.Bits + 6)))],
            [
                new(null, "web", Number(Ipv6Address.Parse("2001:db8:1::50")), TimeSpan.FromHours(2)) { Id = "0:3:0:1:52:54:0:0:0:11" },
                new(null, "named", Number(Ipv6Address.Parse("2001:db8:1::51"))),
            ],
            [])
        {
            Domain = isolated ? null : "lab.example",
            ManagedSubnet = new(Ipv6Address.Parse("2001:db8:1::1"), 64),
        },
    };

    private static Stimulus Message(Random random)
    {
        Guest guest = Guests[random.Next(Guests.Length)];
        byte kind = random.Next(3) == 0 ? Solicit : Kinds[random.Next(Kinds.Length)];
        bool namesServer = random.Next(12) == 0 == kind is Solicit or Confirm or Rebind or 11;
        List<byte[]> options =
        [
            .. random.Next(20) > 0 ? [Option(1, [0, 3, 0, 1, .. Bytes(Guests[random.Next(10) == 0 ? 0 : Guests.IndexOf(guest)].Mac)])] : (byte[][])[],
            .. namesServer ? [Option(2, random.Next(12) == 0 ? [0, 3, 1] : [.. NetworkServices.ServerIdOf(MacAddress.Parse("52:54:00:00:00:fe"))])] : (byte[][])[],
            .. Enumerable.Range(0, Weighted(random)).Select(_ => Wish(random)),
            .. random.Next(5) == 0 ? [Option(14, [])] : (byte[][])[],
            .. random.Next(3) == 0 ? [Option(39, [(byte)random.Next(8), .. Name(random)])] : (byte[][])[],
        ];
        byte[] message = [kind, 7, (byte)random.Next(256), 9, .. options.SelectMany(option => option)];
        return new(guest.Name, Frames.Ethernet(AllServers.GroupMac(), guest.Mac, EtherType.Ipv6, Frames.Udp(guest.Mac.LinkLocal(), 546, AllServers, 547, message)));
    }

    private static int Weighted(Random random) => random.Next(8) switch { 0 => 0, 1 => 2, _ => 1 };

    private static byte[] Wish(Random random) => Option(3,
    [
        0, 0, 0, (byte)random.Next(2), .. new byte[8],
        .. Enumerable.Range(0, Weighted(random)).SelectMany(_ => Option(5,
            [.. Number(Addresses[random.Next(Addresses.Length)]).ToBytes(), .. Time(random), .. Time(random)])),
    ]);

    private static byte[] Time(Random random) => [0, 0, .. random.Next(4) switch { 0 => new byte[] { 0, 9 }, 1 => [4, 0], 2 => [255, 255], _ => [0, 0] }];

    private static byte[] Name(Random random) => [.. new[] { "named", "g9", "web", "named.far.example" }[random.Next(4)].Split('.')
        .SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), .. random.Next(2) == 0 ? [0] : Array.Empty<byte>()];

    private static byte[] Option(byte code, byte[] value) => [0, code, 0, (byte)value.Length, .. value];

    private static byte[] Bytes(MacAddress mac)
    {
        byte[] bytes = new byte[MacAddress.Length];
        mac.Write(bytes);
        return bytes;
    }

    private static IpNumber Number(Ipv6Address address) => IpNumber.Of(address);

    private static string Tell(Delivery delivery) => $"{delivery.At}: {Convert.ToHexString(Differences.Canonical(delivery.Frame).Span)}";
}
