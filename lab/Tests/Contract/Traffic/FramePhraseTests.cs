using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Traffic;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Reports.Decoding;

namespace Lab.Tests.Contract.Traffic;

public sealed class FramePhraseTests
{
    private static readonly GuestDraft Alice = Guest("alice", "52:54:00:00:00:0a", "192.0.2.10");
    private static readonly GuestDraft Bob = Guest("bob", "52:54:00:00:00:0b", "192.0.2.11");
    private static readonly TopologyDraft World = Both();

    public static IEnumerable<object[]> Kinds => FrameVocabulary.Kinds.Select(kind => new object[] { kind.Words, kind.NeedsTarget });

    public static IEnumerable<object[]> Details => FrameVocabulary.Details.Select(detail => new object[] { $"{detail.Words} {detail.Example}" });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_a_frame_whose_checksums_are_right(string words, bool needsTarget)
    {
        DecodedFrame frame = FrameDecoder.Decode(Build($"a {words}{(needsTarget ? " to bob" : "")}"));

        frame.Layers.Should().OnlyContain(layer => !layer.Summary.Contains("cut short"));
        string.Join('\n', frame.Tree).Should().NotContain("(wrong").And.NotContain("incorrect");
    }

    [Theory]
    [MemberData(nameof(Details))]
    public void Every_detail_can_be_said_of_a_frame(string detail) =>
        FluentActions.Invoking(() => Build($"a TCP segment to bob with {detail}")).Should().NotThrow();

    [Theory]
    [InlineData("a UDP datagram to bob", "IPv4 192.0.2.10 > 192.0.2.11, UDP 40000 > 4242")]
    [InlineData("a UDP datagram to bob port 53 from port 68", "UDP 68 > 53")]
    [InlineData("an IPv6 ping to bob", "IPv6 fe80::5054:ff:fe00:a > fe80::5054:ff:fe00:b")]
    [InlineData("a ping to 192.0.2.77", "192.0.2.10 > 192.0.2.77")]
    [InlineData("an ARP reply to bob with sender MAC of bob", "ARP 192.0.2.10 is at 52:54:00:00:00:0b")]
    [InlineData("a UDP datagram to bob with source address of bob and TTL 1", "192.0.2.11 > 192.0.2.11")]
    public void What_a_phrase_says_stands_in_the_frame(string phrase, string summary) =>
        FrameDecoder.Decode(Build(phrase)).Summary.Should().Contain(summary);

    [Fact]
    public void A_number_means_so_many_frames() => new FramePhrase("3 pings to bob").Build(Alice, World).Should().HaveCount(3);

    [Theory]
    [InlineData("a telegram to bob", "names no kind of frame")]
    [InlineData("a ping", "does not say to whom")]
    [InlineData("a ping to carol", "no guest is called carol")]
    [InlineData("a ping to bob with colour red", "'colour red' is no detail")]
    [InlineData("a ping to bob with TTL 256", "'256' is not a byte")]
    [InlineData("a ping to bob with TTL 1 colour red", "is no detail")]
    [InlineData("0 pings to bob", "1 to 500 frames")]
    public void What_no_frame_can_be_is_refused_in_words(string phrase, string complaint) =>
        FluentActions.Invoking(() => Build(phrase)).Should().Throw<ScenarioMistakeException>().WithMessage($"*{complaint}*");

    private static byte[] Build(string phrase) => new FramePhrase(phrase).Build(Alice, World)[0];

    private static GuestDraft Guest(string name, string mac, string address) =>
        new(new(name), MacAddress.Parse(mac), [Ipv4Address.Parse(address)], [], null);

    private static TopologyDraft Both()
    {
        TopologyDraft draft = new(ImmutableDictionary<string, FilterDefinition>.Empty);
        draft.Add(Alice);
        draft.Add(Bob);
        return draft;
    }
}
