using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

/// <summary>The tables of switching.md section 5, on a host with six guests behind an external switch with two stations.</summary>
public sealed class LowerDeviceTests
{
    private static readonly string[] Guests = ["v1", "v2", "b1", "b2", "p1", "p2"];
    private static readonly string[] Stations = [.. Guests, "X", "Y", "host"];

    [Theory]
    [InlineData("v1", "v2", "", "v2")]
    [InlineData("v1", "b1", "", "b1")]
    [InlineData("v1", "p1", "", "p1")]
    [InlineData("b1", "b2", "b2", "b2")]
    [InlineData("b1", "v1", "", "v1")]
    [InlineData("b1", "p1", "", "p1")]
    [InlineData("p1", "v1", "", "v1")]
    [InlineData("p1", "b1", "", "b1")]
    [InlineData("p1", "p2", "", "p2")]
    [InlineData("p1", "p1", "", "p1")]
    [InlineData("b1", "b1", "b1", "b1")]
    [InlineData("v1", "host", "X Y", "X Y host")]
    [InlineData("b1", "host", "X Y", "X Y host")]
    [InlineData("p1", "host", "X Y", "X Y host")]
    [InlineData("v1", "nobody", "X Y", "X Y host")]
    [InlineData("v1", "X", "X", "X")]
    [InlineData("p1", "Y", "Y", "Y")]
    [InlineData("v1", "all", "X Y", "v2 b1 b2 X Y host")]
    [InlineData("b1", "all", "b2 X Y", "v1 v2 b2 X Y host")]
    [InlineData("p1", "all", "X Y", "p1 X Y")]
    [InlineData("X", "all", "v1 v2 b1 b2 p1 p2 Y host", "v1 v2 b1 b2 p1 p2 Y host")]
    [InlineData("X", "p2", "p2", "p2")]
    [InlineData("host", "v1", "", "v1")]
    [InlineData("host", "all", "X Y", "v1 v2 b1 b2 p1 p2 X Y host")]
    public void Who_gets_a_frame_from_whom_on_an_ordinary_and_on_a_reflective_switch(
        string from, string to, string ordinary, string reflective)
    {
        Lan(reflective: false).Send(from, to).Should().Be(ordinary);
        Lan(reflective: true).Send(from, to).Should().Be(reflective);
    }

    [Fact]
    public void A_group_that_the_host_side_device_did_not_join_is_not_heard_unless_all_multicast_is_on()
    {
        World lan = Lan(reflective: false, change: o => o with { AllMulticast = o.Name == "v2" });

        lan.SendTo("X", MacAddress.Parse("33:33:ff:00:00:01")).Should().Be("v2 Y host");
    }

    [Fact]
    public void All_nodes_is_a_group_that_every_host_side_device_has_joined()
    {
        Lan(reflective: false).SendTo("X", MacAddress.Parse("33:33:00:00:00:01")).Should().Be("v1 v2 b1 b2 p1 p2 Y host");
        Lan(reflective: false).SendTo("X", MacAddress.Parse("33:37:00:00:00:01")).Should().Be("v1 v2 b1 b2 p1 p2 Y host", "only the last four bytes of a group count");
    }

    [Theory]
    [InlineData(1518, "b2", "b2 X Y")]
    [InlineData(1519, "", "X Y")]
    public void Siblings_share_the_length_limit_of_a_bridge(int length, string unicast, string broadcast)
    {
        World lan = Lan(reflective: false, lanMtu: 9000);

        lan.SendTo("b1", StationOf("b2"), length).Should().Be(unicast);
        lan.SendTo("b1", MacAddress.Broadcast, length).Should().Be(broadcast);
    }

    [Theory]
    [InlineData(17, "", "", "")]
    [InlineData(19, "", "", "")]
    [InlineData(20, "b2", "b2 X Y", "b2")]
    public void A_frame_that_ends_inside_the_tag_that_it_announces_gets_nowhere(int length, string fromSibling, string toAll, string fromWire)
    {
        World lan = Lan(reflective: false);

        lan.SendTo("b1", StationOf("b2"), length, EtherType.Vlan).Should().Be(fromSibling);
        lan.SendTo("b1", MacAddress.Broadcast, length, EtherType.Vlan).Should().Be(toAll);
        lan.SendTo("X", StationOf("b2"), length, EtherType.Vlan).Should().Be(fromWire);
    }

    [Fact]
    public void A_lower_device_that_is_down_still_carries_broadcasts_among_bridge_siblings()
    {
        World lan = Lan(reflective: false);
        lan.Lower.Up = false;

        lan.Send("b1", "all").Should().Be("b2");
        lan.Send("b1", "b2").Should().Be("");
        lan.Send("X", "b1").Should().Be("");
    }

    [Fact]
    public void Without_carrier_nothing_is_delivered_at_all()
    {
        World lan = Lan(reflective: false);
        lan.Lower.Carrier = false;

        lan.Send("b1", "all").Should().Be("");
    }

    [Fact]
    public void A_macvtap_that_is_down_is_no_station()
    {
        World lan = Lan(reflective: false);
        lan.Lower.SetUp(lan["b2"], up: false);

        lan.Send("b1", "b2").Should().Be("");
        lan.Send("X", "b2").Should().Be("host");
        lan.Send("b2", "all").Should().Be("");
    }

    [Fact]
    public void Passthrough_takes_every_unicast_frame_and_shares_groups_with_the_host()
    {
        World lan = Lan(reflective: false, guests: [("o1", MacvtapMode.Passthrough)]);

        lan.Send("X", "o1").Should().Be("o1");
        lan.SendTo("X", Mac(0x77)).Should().Be("o1 Y");
        lan.Send("X", "all").Should().Be("o1 Y host");
        lan.SendTo("X", MacAddress.Parse("01:00:5e:01:01:01")).Should().Be("Y host");
    }

    [Fact]
    public void While_a_passthrough_device_is_down_unicast_is_lost()
    {
        World lan = Lan(reflective: false, guests: [("o1", MacvtapMode.Passthrough)]);
        lan.Lower.SetUp(lan["o1"], up: false);

        lan.SendTo("X", Mac(0x77)).Should().Be("Y");
    }

    [Fact]
    public void Passthrough_tolerates_nobody_beside_it()
    {
        LowerDevice occupied = Lan(reflective: false).Lower;
        LowerDevice owned = Lan(reflective: false, guests: [("o1", MacvtapMode.Passthrough)]).Lower;

        occupied.Refuses(new("o2", Mac(0x88), MacvtapMode.Passthrough)).Should().Be(AttachRefusal.PassthroughIsExclusive);
        owned.Refuses(new("v3", Mac(0x88), MacvtapMode.Vepa)).Should().Be(AttachRefusal.PassthroughIsExclusive);
    }

    [Fact]
    public void An_address_is_given_once()
    {
        LowerDevice lower = Lan(reflective: false).Lower;

        lower.Refuses(new("v3", StationOf("v1"), MacvtapMode.Vepa)).Should().Be(AttachRefusal.AddressInUse);
        lower.Refuses(new("v3", lower.Mac, MacvtapMode.Vepa)).Should().Be(AttachRefusal.AddressInUse);
        lower.Refuses(new("v3", MacAddress.Broadcast, MacvtapMode.Vepa)).Should().Be(AttachRefusal.AddressIsGroup);
        lower.Refuses(new("v3", Mac(0x99), MacvtapMode.Vepa) { Mtu = 9000 }).Should().Be(AttachRefusal.MtuTooLarge);
    }

    [Fact]
    public void A_guest_that_is_not_associated_is_cut_off_from_the_wire_but_not_from_siblings()
    {
        World lan = Lan(reflective: false, associated: name => name != "b1");

        lan.Send("b1", "X").Should().Be("");
        lan.Send("X", "b1").Should().Be("");
        lan.Send("b1", "b2").Should().Be("b2");
    }

    private static MacAddress StationOf(string name) => Mac(0x10 + Array.IndexOf(Stations, name));

    private static World Lan(
        bool reflective,
        (string, MacvtapMode)[]? guests = null,
        Func<MacvtapOptions, MacvtapOptions>? change = null,
        int lanMtu = 1500,
        Func<string, bool>? associated = null) =>
        new(reflective, guests ?? [.. Guests.Select(g => (g, ModeOf(g)))], change ?? (o => o), lanMtu, associated ?? (_ => true));

    private static MacvtapMode ModeOf(string guest) => guest[0] switch
    {
        'v' => MacvtapMode.Vepa,
        'b' => MacvtapMode.Bridge,
        _ => MacvtapMode.Private,
    };

    private sealed class World : IHostPort
    {
        private readonly Dictionary<string, Macvtap> _taps = [];
        private readonly Dictionary<string, BridgePort> _external = [];
        private readonly SortedSet<int> _got = [];
        private readonly string[] _names;
        private readonly Bridge _switch;

        public World(
            bool reflective, (string Name, MacvtapMode Mode)[] guests, Func<MacvtapOptions, MacvtapOptions> change, int lanMtu,
            Func<string, bool> associated)
        {
            _names = [.. guests.Select(g => g.Name), "X", "Y", "host"];
            _switch = new(new(Mac(0xFD)), new VirtualClock(), this);
            BridgePort? uplink = null;
            Lower = new("eth0", StationOf("host"), new Sink(f => _switch.Receive(uplink!, f)), new Sink(_ => Got("host")));
            uplink = _switch.AddPort(
                new("uplink", DeviceMac(0xA0)) { Hairpin = reflective, Mtu = lanMtu }, new Sink(Lower.ReceiveFromWire));
            foreach (string station in new[] { "X", "Y" })
            {
                _external[station] = _switch.AddPort(
                    new(station, DeviceMac(0xA1 + _external.Count)) { Mtu = lanMtu }, new Sink(_ => Got(station)));
            }

            foreach ((string name, MacvtapMode mode) in guests)
            {
                _taps[name] = Lower.Attach(
                    change(new(name, AddressOf(name), mode)), new Sink(_ => Got(name)), association: new Fixed(associated(name) ? (ushort)0 : null));
            }

            foreach (string known in _names.Where(n => n != "host"))
            {
                _switch.AddStatic(AddressOf(known), _external.GetValueOrDefault(known, uplink));
            }
        }

        public LowerDevice Lower { get; }

        public Macvtap this[string guest] => _taps[guest];

        public string Send(string from, string to) => SendTo(from, to == "all" ? MacAddress.Broadcast : AddressOf(to));

        public string SendTo(string from, MacAddress to, int length = 60, EtherType type = EtherType.Experimental1)
        {
            _got.Clear();
            byte[] frame = Frame(to, AddressOf(from), length, type);
            if (_taps.TryGetValue(from, out Macvtap? tap))
            {
                Lower.SendFromGuest(tap, frame);
            }
            else if (_external.TryGetValue(from, out BridgePort? port))
            {
                _switch.Receive(port, frame);
            }
            else
            {
                Lower.SendFromHost(frame);
            }

            return string.Join(' ', _got.Select(i => _names[i]));
        }

        public void Receive(Bridge bridge, in PassingFrame frame)
        {
        }

        private static MacAddress AddressOf(string name) =>
            name == "nobody" ? Mac(0x70) : name == "o1" ? Mac(0x60) : StationOf(name);

        private void Got(string name) => _got.Add(Array.IndexOf(_names, name)).Should().BeTrue("each gets one copy");
    }

    private sealed record Fixed(ushort? Vlan) : IAssociation;

    private delegate void Taker(ReadOnlySpan<byte> frame);

    private sealed class Sink(Taker take) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => take(frame);
    }
}
