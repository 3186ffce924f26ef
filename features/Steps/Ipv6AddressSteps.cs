using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Hosts;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps in which guests look for routers and come by IPv6 addresses.</summary>
[Binding("IPv6 addresses")]
public sealed class Ipv6AddressSteps(Conversation conversation)
{
    [When("{guest} looks for a router", Does = "The guest asks all routers of its link (a router solicitation), and remembers what they say.",
        Example = "alice looks for a router")]
    public void LooksForRouter(GuestName guest) => RequireRouter(guest, conversation.LookForRouter(guest));

    [When("{guest} looks for a router before it has an address", Does = "As above, from the address ::, so that the answer goes to everybody.",
        Example = "alice looks for a router before it has an address")]
    public void LooksNameless(GuestName guest) => RequireRouter(guest, conversation.LookForRouter(guest, nameless: true));

    [When("{guest} finds no router", Does = "The guest asks all routers, and none answers.", Example = "mallory finds no router")]
    public void FindsNoRouter(GuestName guest)
    {
        if (!conversation.LookForRouter(guest).IsSilent)
        {
            throw new ExpectationException($"a router answered {guest}");
        }
    }

    [Then("the router of {guest} says", Does = "What the last router advertisement said that the guest heard. Columns: what (managed, other, lifetime, hop limit, "
        + "prefixes, on-link, autonomous, valid, preferred, MTU, MAC, name server, name server for) and value; no value means that it was not said.",
        Example = "the router of alice says\n| what     | value            |\n| prefixes | 2001:db8:1::/64  |\n| lifetime | 1800             |")]
    public void RouterSays(GuestName guest, DataTable table)
    {
        RouterWords router = conversation.RouterOf(guest);
        RequireRouter(guest, router);
        RequireFacts(table, RouterWords.Facts.Select(fact => (fact.Words, fact.Say(router))));
    }

    [When("{guest} gets an IPv6 address", Does = "The guest looks for a router, and makes an address up in the prefix that it hears of, or asks for one by DHCPv6: "
        + "SOLICIT, ADVERTISE, REQUEST, REPLY. What is given must be the address reserved for it, else one in the network's ranges; the guest uses it from then on.",
        Example = "alice gets an IPv6 address")]
    public void GetsAddress(GuestName guest)
    {
        Ipv6Address given = conversation.GetIpv6Address(guest) ?? throw new ExpectationException($"{guest} came by no IPv6 address");
        if (conversation.RouterOf(guest).IsManaged)
        {
            GivenAddress.Require(guest, IpNumber.Of(given), conversation.NetworkOf(guest).Services,
                host => host.Id is { } id ? conversation.IsIdOf(guest, id) : host.Name == guest.Text);
        }
    }

    [When("{guest} gets no IPv6 address", Does = "The guest looks for a router, and there is none, or no server that it speaks of gives the guest an address.",
        Example = "mallory gets no IPv6 address")]
    public void GetsNoAddress(GuestName guest)
    {
        if (conversation.GetIpv6Address(guest) is { } given)
        {
            throw new ExpectationException($"{guest} got {given}");
        }
    }

    [When("{guest} {word} its IPv6 address", Does = "The guest confirms, renews, rebinds, releases or declines by DHCPv6 the address that it was given, and a server answers.",
        Example = "alice renews its IPv6 address")]
    public void Does(GuestName guest, string deed)
    {
        if (!Conversation.Ipv6Deeds.Contains(deed))
        {
            throw new ScenarioMistakeException($"nobody {deed} an address; there is {Listing.Of(Conversation.Ipv6Deeds)}");
        }

        if (!conversation.DoWithIpv6Address(guest, deed))
        {
            throw new ExpectationException($"no server answered {guest}");
        }
    }

    [When("{guest} asks for all but an IPv6 address", Does = "The guest asks by DHCPv6 for what else its network has to tell: an INFORMATION-REQUEST.",
        Example = "alice asks for all but an IPv6 address")]
    public void Informs(GuestName guest)
    {
        if (!conversation.AskForTheRestOfIpv6(guest))
        {
            throw new ExpectationException($"no server answered {guest}");
        }
    }

    [Then("{guest} was told by DHCPv6", Does = "The last DHCPv6 answer that the guest got says this. Columns: what (address, preferred, valid, renewal, rebinding, status, "
        + "status of the address, preference, name server, refresh, name) and value; times are in seconds; no value means that it was not in the answer.",
        Example = "alice was told by DHCPv6\n| what    | value           |\n| address | 2001:db8:1::100 |\n| status  | success         |")]
    public void Told(GuestName guest, DataTable table) =>
        RequireFacts(table, Dhcpv6Fact.All.Select(fact => (fact.Words, fact.Say(option => conversation.ToldByIpv6(guest, option)))));

    private static void RequireRouter(GuestName guest, RouterWords router)
    {
        if (router.IsSilent)
        {
            throw new ExpectationException($"no router answered {guest}");
        }
    }

    private static void RequireFacts(DataTable table, IEnumerable<(string Words, string Said)> facts)
    {
        ImmutableDictionary<string, string> said = facts.ToImmutableDictionary(fact => fact.Words, fact => fact.Said);
        string[] wrong = [.. table.Rows.Where(row => (said.TryGetValue(row["what"], out string? value) ? value
                : throw new ScenarioMistakeException(row.Position, $"'{row["what"]}' is nothing that is told; there is {Listing.Of(said.Keys.Order(StringComparer.Ordinal))}"))
            != row["value"]).Select(row => $"{row.Position}: {row["what"]} should be '{row["value"]}', and was '{said[row["what"]]}'")];
        if (wrong.Length > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }
}
