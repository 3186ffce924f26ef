using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

public sealed class StationProfilesTests
{
    private static readonly StationType Known = new(11, 1193047, 2, Vlan: 2, Guid.Parse("09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f"));

    [Fact]
    public void A_known_type_is_associated_and_gets_the_vlan_of_its_device()
    {
        VirtualStation station = Associate(Switch(), Known, Mac(1));

        (station.State, station.Vlan).Should().Be((AssociationState.Associated, (ushort)2));
    }

    public static TheoryData<StationRequest> Refused { get; } =
    [
        Known with { Vlan = 0 }, Known with { Manager = 0 }, Known with { Type = 1 }, Known with { Version = 3 }, new StationProfile("sales"),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_the_switch_does_not_know_fails(StationRequest request) =>
        Associate(Switch(), request, Mac(1)).State.Should().Be(AssociationState.Failed);

    [Fact]
    public void An_instance_belongs_to_one_address_until_it_is_given_back()
    {
        StationProfiles profiles = Switch();
        VirtualStation first = Associate(profiles, Known, Mac(1));
        Associate(profiles, Known, Mac(2)).State.Should().Be(AssociationState.Failed);
        profiles.Disassociate(first, Known);

        Associate(profiles, Known, Mac(2)).State.Should().Be(AssociationState.Associated);
    }

    [Fact]
    public void A_profile_by_name_carries_its_own_vlan() =>
        Associate(Switch(), new StationProfile("finance"), Mac(1)).Vlan.Should().Be(30);

    [Fact]
    public void Frames_pass_between_guest_and_wire_only_while_the_station_is_associated()
    {
        StationProfiles profiles = Switch();
        VirtualStation station = new();
        List<string> got = [];
        LowerDevice lower = new("eth0", Mac(0xE0), new Wire(() => got.Add("wire")), new Wire(() => got.Add("host")));
        Macvtap tap = lower.Attach(new("v1", Mac(1), MacvtapMode.Vepa), new Wire(() => got.Add("v1")), association: station);

        Exchange().Should().BeEmpty();
        profiles.PreAssociate(station, Known, Mac(1));
        Exchange().Should().BeEmpty();
        profiles.Associate(station, Known, Mac(1));
        Exchange().Should().Equal("wire");
        profiles.Associate(station, new StationProfile("finance"), Mac(1));
        Exchange(tag: 30).Should().Equal("wire", "v1");
        profiles.Disassociate(station, Known);
        Exchange().Should().BeEmpty();

        List<string> Exchange(ushort? tag = null)
        {
            got.Clear();
            lower.SendFromGuest(tap, Frame(Mac(9), Mac(1)));
            byte[] frame = Frame(Mac(1), Mac(9));
            lower.ReceiveFromWire(tag is { } vlan ? VlanView.Tagged(frame, vlan) : frame);
            return got;
        }
    }

    [Fact]
    public void A_stations_frames_are_tagged_on_the_wire_and_only_there()
    {
        VirtualStation station = Associate(Switch(), Known, Mac(1));
        List<byte[]> sent = [], got = [];
        LowerDevice lower = new("eth0.2", Mac(0xE0), new Kept(sent), new Wire(() => { }));
        Macvtap tap = lower.Attach(new("v1", Mac(1), MacvtapMode.Vepa), new Kept(got), association: station);
        byte[] own = Frame(Mac(9), Mac(1)), answer = Frame(Mac(1), Mac(9));

        lower.SendFromGuest(tap, own);
        lower.ReceiveFromWire(VlanView.Tagged(answer, 2));
        lower.ReceiveFromWire(VlanView.Tagged(answer, 3));
        lower.ReceiveFromWire(answer);

        sent.Should().ContainSingle().Which.Should().Equal(VlanView.Tagged(own, 2).ToArray());
        got.Should().ContainSingle().Which.Should().Equal(answer);
    }

    private static StationProfiles Switch()
    {
        StationProfiles made = new();
        made.Define(11, 1193047, 2);
        made.Define("finance", 30);
        return made;
    }

    private static VirtualStation Associate(StationProfiles profiles, StationRequest request, MacAddress mac)
    {
        VirtualStation station = new();
        profiles.Associate(station, request, mac);
        return station;
    }

    private sealed class Kept(List<byte[]> frames) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => frames.Add(frame.ToArray());
    }

    private sealed class Wire(Action seen) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => seen();
    }
}
