using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps about the host beneath the guests: how it is set up, what it drops, and what it does in its own time.</summary>
[Binding("Switches")]
public sealed class SwitchSteps(Scene scene)
{
    [Given("the host's settings are as a new kernel has them", Does = "Bridge netfilter is on, redirects are sent and ICMP errors limited, all of "
        + "which the lab otherwise sets so that frames are predictable. IPv6 stays off.", Example = "the host's settings are as a new kernel has them")]
    public void Untouched() => scene.Draft.Host = Host with { Untouched = true };

    [Given("the host drops frames of EtherType {word} at the {word} of {word}", Does = "A rule of the administrator at a device itself, an "
        + "uplink or the device of a guest's port, where the host receives through it (ingress) or sends (egress).", Example = "the host drops frames of EtherType 0x88b6 at the ingress of eth0")]
    public void Drop(string type, string hook, string device) => scene.Draft.Host = Host with
    {
        Drops = Host.Drops.Add(new(device, OnEgress: hook == "egress" || (hook != "ingress" ? throw new ScenarioMistakeException($"'{hook}' is neither ingress nor egress") : false), (EtherType)Convert.ToUInt16(type, 16))),
    };

    [When("{word} goes down", Does = "Takes a device down: the port of a guest, by the guest's name, or a bridge or an uplink without addresses.",
        Example = "g1 goes down")]
    public void Down(string device) => scene.SetLink(device, up: false);

    [When("{word} comes up", Does = "Brings a device up again that went down.", Example = "g1 comes up")]
    public void Up(string device) => scene.SetLink(device, up: true);

    [When("the port of {guest} learns", Does = "Waits until the spanning tree has brought the port, a new one, to learning.",
        Example = "the port of g1 learns")]
    public void Learns(GuestName guest) => scene.Await(new PortLearns(scene.Draft.Find(guest).Name));

    [When("the port of {guest} forwards", Does = "Waits until the spanning tree has brought the port, a new one, to forwarding.",
        Example = "the port of g1 forwards")]
    public void Forwards(GuestName guest) => scene.Await(new PortForwards(scene.Draft.Find(guest).Name));

    [When("{word} heeds the {word} querier that gave {int} ms for answers", Does = "Waits until a bridge that snoops sends groups to members only: "
        + "when the time is over that the first query gave. IPv4 or IPv6.", Example = "br0 heeds the IPv6 querier that gave 20 ms for answers")]
    public void Heeds(string bridge, string family, int milliseconds) => scene.Await(new QuerierHeeded(
        InterfaceName.Parse(bridge), Version6: family == "IPv6", TimeSpan.FromMilliseconds(milliseconds)));

    [When("{guest} hears its port check an IPv6 address", Does = "Waits until the port's device, on the host's side, asks whether somebody has its "
        + "link-local address.", Example = "g1 hears its port check an IPv6 address")]
    public void HearsCheck(GuestName guest) => scene.Await(new GuestHears(scene.Draft.Find(guest).Name, HostSpeech.AddressCheck));

    [When("{guest} hears the bridge say hello", Does = "Waits until the spanning tree tells the guest of its bridge, which it does every two seconds.",
        Example = "g1 hears the bridge say hello")]
    public void HearsHello(GuestName guest) => scene.Await(new GuestHears(scene.Draft.Find(guest).Name, HostSpeech.SpanningTreeHello));

    [When("{guest} sends in one go", Does = "Sends different frames, a row each, without a pause between them. Column: frame.",
        Example = "X sends in one go\n| frame                |\n| a frame to everybody |\n| a frame to v1        |")]
    public void SendAll(GuestName sender, DataTable frames)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        scene.Send([.. frames.Rows.SelectMany(row => new FramePhrase(row["frame"]).Build(guest, scene.Draft))
            .Select(frame => new Stimulus(guest.Name, frame))]);
    }

    [When("{guest} tries each group from {mac} to {mac}", Does = "Sends a frame without content to each of these addresses, "
        + "the first and the last included.", Example = "b1 tries each group from 01:00:5e:7f:00:00 to 01:00:5e:7f:00:ff")]
    public void SendToGroups(GuestName sender, MacAddress first, MacAddress last)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        scene.Send([.. Enumerable.Range(0, (int)Math.Min(last.Bits - first.Bits + 1, 1 << 16)).Select(offset => new Stimulus(guest.Name,
            Frames.Ethernet(MacAddress.FromBits(first.Bits + (ulong)offset), guest.Mac, EtherType.Experimental2, [])))]);
    }

    [Then("{guest} gets {int} frame(s) to itself in order, and {int} to groups in order", Does = "What arrived of the last sending, in two streams, "
        + "since a macvtap may let the one overtake the other.", Example = "v1 gets 2 frames to itself in order, and 2 to groups in order")]
    public void InOrder(GuestName at, int unicast, int groups)
    {
        Require(at, unicast, group: false);
        Require(at, groups, group: true);
    }

    private HostSpec Host => scene.Draft.Host ?? HostSpec.Empty;

    private void Require(GuestName at, int count, bool group)
    {
        Exchange last = scene.Last;
        ReadOnlyMemory<byte>[] came = [.. last.Seen.Deliveries.Where(delivery => delivery.At == at && IsGroup(delivery.Frame) == group)
            .Select(delivery => delivery.Frame)];
        ReadOnlyMemory<byte>[] sent = [.. last.Sent.Select(stimulus => stimulus.Frame)
            .Where(frame => IsGroup(frame) == group && came.Any(other => other.Span.SequenceEqual(frame.Span)))];
        if (came.Length != count || !came.Zip(sent).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span)))
        {
            throw new ExpectationException(string.Create(CultureInfo.InvariantCulture,
                $"{at} should get {count} frames to {(group ? "groups" : "itself")} in the order of their sending, and got {came.Length}, {Said(came)}"));
        }
    }

    private static bool IsGroup(ReadOnlyMemory<byte> frame) => MacAddress.Read(frame.Span).IsGroup;

    private static string Said(ReadOnlyMemory<byte>[] frames) => Listing.Of(frames.Select(frame => PacketWords.Of(frame.Span)));
}
