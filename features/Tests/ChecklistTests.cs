using System.Globalization;
using System.Text;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Tests;

namespace Lab.Features.Tests;

/// <summary>The behaviour that is easily missed, and the scenarios that hold it: tagged <c>@checklist-N</c>, in both testbeds.</summary>
public sealed class ChecklistTests
{
    private const string Tag = "@checklist-";

    /// <summary>switching.md section 11, in its order.</summary>
    private static readonly string[] Items =
    [
        "A frame to any port device's MAC goes to the host, not to ports",
        "Learning happens also from frames dropped in FORWARD, not from those dropped in PREROUTING or ingress",
        "1518 bytes pass an MTU of 1500; nothing is padded; bridge netfilter removes padding",
        "Bridge netfilter is on by default in new namespaces and drops malformed IP on bridges",
        "With snooping on, malformed multicast IPv4 is dropped even without bridge netfilter",
        "An MLD querier silences neighbour solicitation for silent guests",
        "libvirt's default spanning tree means 4 s of silence for a new port",
        "In nat mode bridged multicast outside 224.0.0.0/24, and frames to a neighbour with a foreign destination, get the bridge's address",
        "INVALID packets leave a nat network with their private source",
        "One nat network turns on reassembly of all bridged fragments, and DF is lost",
        "An isolated network's guest can reach a routed network's guest one way",
        "Isolated mode is silent, not rejecting, when forwarding is off",
        "REJECT is silent for bad checksums and unknown protocols",
        "Mapped ports are reused per guest endpoint even when the original port would be free",
        "ESP, and any port-less protocol, serves one guest per destination behind nat",
        "Private macvtap guests receive reflected unicast of siblings, and their own reflected broadcast",
        "Broadcast may be overtaken by unicast on macvtap; multicast fragments are reassembled there",
        "Hook directions are reversed between tap and macvtap; sibling unicast passes ingress of the lower device",
        "A redirect mutes other ICMP errors to the same guest for a second",
        "An enslaved tap has an IPv6 stack of its own and talks to the guest",
    ];

    private static readonly ILookup<int, Scenario> Held = Scenarios()
        .SelectMany(scenario => scenario.Tags.Where(tag => tag.StartsWith(Tag, StringComparison.Ordinal))
            .Select(tag => (Item: int.Parse(tag[Tag.Length..], CultureInfo.InvariantCulture), scenario)))
        .ToLookup(tagged => tagged.Item, tagged => tagged.scenario);

    public static IEnumerable<object[]> Numbers => Enumerable.Range(1, Items.Length).Select(item => new object[] { item });

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_item_is_held_by_a_scenario_that_testbeds_must_agree_on(int item) =>
        Held[item].Should().Contain(scenario => !scenario.Tags.Any(tag => ScenarioRunner.TestbedTags.Contains(tag)));

    [Fact]
    public void No_scenario_claims_an_item_that_the_list_does_not_have() =>
        Held.Select(item => item.Key).Should().OnlyContain(item => item >= 1 && item <= Items.Length);

    [Fact]
    public void The_table_in_the_tree_is_the_table_that_the_tags_make() =>
        Expectation.Matches(Page(), Tree.At("features/CHECKLIST.md"));

    private static string Page()
    {
        StringBuilder page = new("""
            # What is easily missed, and what holds it

            The checklist of switching.md section 11. Each line's scenarios carry the tag `@checklist-N`, so that
            `nwlab run features --tags @checklist-7` runs one. This page is made from the tags.

            | N | Behaviour | Scenarios |
            | --- | --- | --- |

            """);
        for (int item = 1; item <= Items.Length; item++)
        {
            string scenarios = string.Join("<br>", Held[item].GroupBy(scenario => scenario.Position.File).Select(file =>
                $"[{Relative(file.Key)}]({Relative(file.Key)}): "
                + string.Join("; ", file.GroupBy(scenario => scenario.Steps[^1].Position).Select(Named))));
            page.Append(CultureInfo.InvariantCulture, $"| {item} | {Items[item - 1]} | {scenarios} |\n");
        }

        return page.ToString();
    }

    /// <summary>Scenarios that were written as one: an outline is named by its first row.</summary>
    private static string Named(IEnumerable<Scenario> rows) =>
        rows.First().Name.Split(" [")[0] + (rows.Skip(1).Any() ? $" (and {rows.Count() - 1} like it)" : "");

    private static string Relative(string file) => Path.GetRelativePath(Tree.At("features"), file);

    private static IEnumerable<Scenario> Scenarios() =>
        Directory.EnumerateFiles(Tree.At("features"), "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(file => FeatureReader.Read(file, File.ReadAllText(file)).Feature!.Scenarios);
}
