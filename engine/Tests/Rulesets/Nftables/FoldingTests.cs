using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;
using Compiling = Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Rulesets.Nftables;

/// <summary>Ports of one template cost their values only; what comes out must be what each port's own program gives.</summary>
public sealed class FoldingTests
{
    /// <summary>LAB_CASES=10000 for a long look.</summary>
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(int.Parse(Environment.GetEnvironmentVariable("LAB_CASES") ?? "40"));

    /// <summary>Variables in every place where they may stand: alone, negated, repeated, beside each other, in masks and ranges.</summary>
    private static readonly ImmutableArray<string> Rules =
    [
        "<rule action='return' direction='out'><mac srcmacaddr='$MAC'/></rule>",
        "<rule action='drop' direction='inout'><mac match='no' srcmacaddr='$MAC'/></rule>",
        "<rule action='return' direction='out'><ip srcipaddr='$A'/></rule>",
        "<rule action='return' direction='out'><ip srcipaddr='$A'/></rule>",
        "<rule action='drop' direction='out'><ip match='no' srcipaddr='$A'/></rule>",
        "<rule action='accept' direction='inout'><ip srcipaddr='$A' dstipaddr='$B[@1]'/></rule>",
        "<rule action='drop' direction='in'><ip srcipaddr='$A' srcipmask='$MASK[@2]'/></rule>",
        "<rule action='accept' direction='out'><arp arpsrcipaddr='$A[0]' arpsrcmacaddr='$MAC'/></rule>",
        "<rule action='drop' direction='in'><ip protocol='udp' dstportstart='$PORT'/></rule>",
        "<rule action='accept' direction='in'><tcp srcipaddr='$A' dstportstart='$PORT[@3]' dstportend='$TOP[@4]'/></rule>",
        "<rule action='drop' direction='out'><udp match='no' dstipaddr='$B'/></rule>",
        "<rule action='drop' direction='inout'><all/></rule>",
        "<rule action='accept' direction='out'><vlan srcmacaddr='$MAC' vlanid='$PORT'/></rule>",
    ];

    private static readonly Gen<string> Filters =
        Gen.Elements<string>(Rules).NonEmptyListOf().Select(rules => $"<filter name='f'>{string.Concat(rules.Take(6))}</filter>");

    private static readonly Gen<string> Parameters =
        from a in Gen.Elements("A=10.0.0.1", "A=10.0.0.2", "A=10.0.0.1 A=10.0.0.2", "A=10.0.0.3 A=10.0.0.3")
        from b in Gen.Elements("B=192.0.2.1", "B=192.0.2.2 B=192.0.2.3")
        from mask in Gen.Elements("MASK=24", "MASK=255.255.0.0")
        from port in Gen.Elements("PORT=80", "PORT=81")
        select $"{a} {b} {mask} {port} TOP=90";

    private static readonly Arbitrary<(string Filter, ImmutableArray<string> Ports)> Policies = (
        from filter in Filters
        from ports in Parameters.ArrayOf(4)
        select (filter, ports.ToImmutableArray())).ToArbitrary();

    [Fact]
    public void A_member_of_a_family_is_the_program_that_its_parameters_give_alone() =>
        Check.One(Cases, Prop.ForAll(Policies, policy =>
        {
            foreach ((PortPolicy member, PortPolicy alone) in Members(policy).Zip(Alone(policy)))
            {
                Text(member.Program).Should().Equal(Text(alone.Program));
            }
        }));

    [Fact]
    public void Ports_folded_by_template_give_the_rules_of_ports_folded_one_by_one() =>
        Check.One(Cases, Prop.ForAll(Policies, policy =>
            Loaded(Members(policy)).Should().Be(Loaded(Alone(policy)))));

    [Fact]
    public void A_change_makes_of_one_ruleset_what_the_other_is() =>
        Check.One(Cases, Prop.ForAll(Policies, Policies, (before, after) =>
        {
            PortPolicy[] stay = [.. Bystanders];
            ImmutableArray<PortPolicy> old = [.. Members(before), .. stay], next = [.. Members(after).Skip(1), .. stay[1..]];
            BridgeRuleset from = BridgeRuleset.Of(old).Value!, to = BridgeRuleset.Of(next).Value!, followed = from.Follow(next).Value!;

            Contents(followed.ToRuleset(), []).SetEquals(Contents(to.ToRuleset(), [])).Should().BeTrue();
            Contents(from.ToRuleset(), from.ChangeTo(to)!).SetEquals(Contents(to.ToRuleset(), [])).Should().BeTrue();
        }));

    /// <summary>Enough ports that stay for a change not to be the same as loading everything.</summary>
    private static IEnumerable<PortPolicy> Bystanders => Members((
        "<filter name='stays'><rule action='drop' direction='in'><tcp dstipaddr='$A'/></rule></filter>",
        [.. Enumerable.Range(0, 20).Select(i => $"A=203.0.113.{i}")]), 100);

    private static IEnumerable<PortPolicy> Members((string Filter, ImmutableArray<string> Ports) policy, int first = 0)
    {
        Template template = Resolve(policy.Filter);
        return policy.Ports.Select((parameters, i) => Port(template, parameters, first + i));
    }

    private static IEnumerable<PortPolicy> Alone((string Filter, ImmutableArray<string> Ports) policy) =>
        policy.Ports.Select((parameters, i) => new PortPolicy(Device(i), Port(Resolve(policy.Filter), parameters, i).Program));

    private static Template Resolve(string filter)
    {
        FilterDefinition read = FilterReader.Read("test.xml", filter).Filter!;
        return ProgramCompiler.Resolve(ImmutableDictionary<string, FilterDefinition>.Empty.Add(read.Name, read), read.Name).Template!;
    }

    private static PortPolicy Port(Template template, string parameters, int i) =>
        new(Device(i), Instantiation.Of(template, MacAddress.FromBits(0x5254_0000_0000ul + (uint)i), Compiling.Parameters(parameters)).Port!);

    private static InterfaceName Device(int i) => InterfaceName.Parse($"tap{i}");

    private static IEnumerable<string> Text(FilterProgram program) =>
        new[] { program.EthernetFromGuest, program.EthernetToGuest, program.Ipv4?.FromGuestForwarded, program.Ipv4?.ToGuestForwarded, program.Ipv4?.FromGuestToHost }
            .SelectMany(Compiling.Lines);

    private static string Loaded(IEnumerable<PortPolicy> ports) =>
        NftText.Of(new(BridgeRuleset.Families, BridgeRuleset.Of([.. ports]).Value!.ToRuleset())).Text;

    /// <summary>Every rule and element behind the name of what it stands in, after some changes.</summary>
    private static HashSet<string> Contents(NftRuleset ruleset, IEnumerable<NftChange> changes)
    {
        HashSet<string> contents = [.. ruleset.Tables.SelectMany(Lines)];
        foreach (NftChange change in changes)
        {
            contents.RemoveWhere(line => change.Replaced.Any(family => line.StartsWith($"{family} ", StringComparison.Ordinal)));
            contents.UnionWith(change.Made.Tables.SelectMany(Lines));
            foreach (NftSetChange elements in change.Elements)
            {
                foreach (string line in Lines(elements.Family, elements.Set))
                {
                    (elements.Add ? contents.Add(line) : contents.Remove(line)).Should().BeTrue(line);
                }
            }

            HashSet<string> gone = [.. change.Retired.SelectMany(table =>
                table.Chains.Select(chain => $"{table.Family} {chain.Name}").Concat(table.Sets.Select(set => $"{table.Family} {set.Name}")))];
            contents.RemoveWhere(line => gone.Contains(string.Join(' ', line.Split(' ').Take(2))));
        }

        return contents;
    }

    private static IEnumerable<string> Lines(NftTable table) => table.Sets.SelectMany(set => Lines(table.Family, set))
        .Concat(table.Chains.SelectMany(chain => chain.Rules.Select((rule, i) => $"{table.Family} {chain.Name} {i} {string.Join(' ', rule.Statements)} {rule.Origin}")));

    private static IEnumerable<string> Lines(NftFamily family, NftSet set) =>
        set.Elements.Select(element => $"{family} {set.Name} {element.Device} {string.Join(' ', element.Values)} {element.Target}");
}
