using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Testbeds;

namespace Lab.Tests.Testbeds;

public sealed class PortProgramsTests
{
    [Theory]
    [InlineData("all", "friends", null)]
    [InlineData("all-ipv6", "friends", "the filter of one asks for an ipset of IPv6 addresses that is not there: friends")]
    [InlineData("all", "strangers", "the filter of one asks for an ipset of IPv4 addresses that is not there: strangers")]
    public void A_filter_may_ask_for_the_ipsets_that_are_there_for_its_version_of_ip(string element, string set, string? refusal)
    {
        FilterDefinition filter = FilterReader.Read("friends.xml",
            $"<filter name='friendly'><rule action='drop' direction='in'><{element} ipset='{set}' ipsetflags='src'/></rule></filter>").Filter!;
        Guest one = new(new("one"), MacAddress.Parse("52:54:00:00:00:01"), new("friendly", ParameterSet.Empty));
        Topology topology = new(new Dictionary<string, FilterDefinition> { [filter.Name] = filter }.ToImmutableDictionary(), [one])
        {
            IpSets = [new AddressSet("friends", false, [(1, 32)])],
        };

        Action compile = () => PortPrograms.Compile(topology, one);

        if (refusal is null)
        {
            compile.Should().NotThrow();
        }
        else
        {
            compile.Should().Throw<ScenarioMistakeException>().WithMessage(refusal);
        }
    }
}
