using Lab.Contract.Bindings;
using Lab.Contract.Hosts;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps in which guests behave as hosts: they ask for each other's MAC, answer pings, take connections.</summary>
[Binding("Conversations")]
public sealed class ConversationSteps(Conversation conversation)
{
    private ConversationOutcome? _last;
    private string? _record;

    [Given("{guest} listens on port {int}", Does = "The guest takes TCP connections and answers UDP datagrams on this port; every other port refuses.",
        Example = "bob listens on port 80")]
    public void Listen(GuestName guest, int port) => conversation.Listen(guest, Port(port));

    [When("{guest} pings {guest}", Does = "One guest asks for the other's MAC by ARP, sends an echo request, and the other answers; "
        + "all of it on the wire.", Example = "alice pings bob")]
    public void Ping(GuestName from, GuestName to) => _last = conversation.Ping(from, to);

    [When("{guest} opens a TCP connection to {guest} port {int}", Does = "ARP, then the three segments of a handshake.",
        Example = "alice opens a TCP connection to bob port 80")]
    public void Connect(GuestName from, GuestName to, int port) => _last = conversation.Connect(from, to, Port(port));

    [When("{guest} asks {guest} by UDP on port {int}", Does = "ARP, then a datagram, which a listening guest answers.",
        Example = "alice asks bob by UDP on port 53")]
    public void Ask(GuestName from, GuestName to, int port) => _last = conversation.Ask(from, to, Port(port));

    [When("{guest} pings {guest} over IPv6", Does = "As above, with neighbour discovery in the place of ARP.", Example = "alice pings bob over IPv6")]
    public void Ping6(GuestName from, GuestName to) => _last = conversation.Ping(from, to, version6: true);

    [When("{guest} opens a TCP connection to {guest} port {int} over IPv6", Does = "As above, over IPv6.",
        Example = "alice opens a TCP connection to bob port 80 over IPv6")]
    public void Connect6(GuestName from, GuestName to, int port) => _last = conversation.Connect(from, to, Port(port), version6: true);

    [When("{guest} asks {guest} by UDP on port {int} over IPv6", Does = "As above, over IPv6.", Example = "alice asks bob by UDP on port 53 over IPv6")]
    public void Ask6(GuestName from, GuestName to, int port) => _last = conversation.Ask(from, to, Port(port), version6: true);

    [When("{guest} gets an address", Does = "The guest asks by DHCP: DISCOVER, OFFER, REQUEST, ACK. The address must be the one reserved for it, "
        + "else one in the network's ranges; the guest uses it from then on.", Example = "alice gets an address")]
    public void GetsAddress(GuestName guest)
    {
        Ipv4Address given = conversation.GetAddress(guest) ?? throw new ExpectationException($"no server gave {guest} an address");
        GivenAddress.Require(guest, IpNumber.Of(given), conversation.NetworkOf(guest).Services,
            host => host.Mac is { } mac ? mac == conversation.MacOf(guest) : host.Name == guest.Text);
    }

    [When("{guest} gets no address", Does = "The guest asks by DHCP, and nobody gives it an address.", Example = "mallory gets no address")]
    public void GetsNoAddress(GuestName guest)
    {
        if (conversation.GetAddress(guest) is { } given)
        {
            throw new ExpectationException($"{guest} got {given}");
        }
    }

    [When("{guest} asks for the address {word} and gets it", Does = "After a reboot, as it were, the guest asks by DHCP for an address that it "
        + "believes to have, and the server acknowledges.", Example = "alice asks for the address 192.168.122.50 and gets it")]
    public void AsksAndGets(GuestName guest, string address)
    {
        if (conversation.GetAddress(guest, Address(address), out _) != Address(address))
        {
            throw new ExpectationException($"{guest} should get {address}, and did not");
        }
    }

    [When("{guest} asks for the address {word} and is refused", Does = "As above, and the server says that the guest cannot have it: a DHCPNAK.",
        Example = "alice asks for the address 10.9.9.9 and is refused")]
    public void AsksAndIsRefused(GuestName guest, string address)
    {
        if (conversation.GetAddress(guest, Address(address), out bool refused) is not null || !refused)
        {
            throw new ExpectationException($"{guest} should be refused {address}, and {(refused ? "was" : "nobody said so")}");
        }
    }

    [When("{guest} asks for all but an address", Does = "The guest, which has an address, asks by DHCPINFORM for what else its network has to tell.",
        Example = "alice asks for all but an address")]
    public void Informs(GuestName guest)
    {
        if (!conversation.AskForTheRest(guest))
        {
            throw new ExpectationException($"no server answered {guest}");
        }
    }

    [Then("{guest} was told", Does = "The guest's last DHCP answer says this. Columns: what (mask, router, name server, host name, domain, MTU, "
        + "broadcast, lease, renewal, rebinding, message) and value; times are in seconds; no value means that it was not in the answer.",
        Example = "alice was told\n| what   | value         |\n| router | 192.168.122.1 |\n| lease  | 3600          |")]
    public void Told(GuestName guest, DataTable table)
    {
        string[] wrong = [.. table.Rows.Select(row =>
        {
            DhcpFact fact = DhcpFact.All.FirstOrDefault(known => known.Words == row["what"])
                ?? throw new ScenarioMistakeException(row.Position, $"'{row["what"]}' is nothing that a server tells; there is {Listing.Of(DhcpFact.All.Select(known => known.Words))}");
            byte[] told = conversation.ToldBy(guest, fact.Option);
            string said = told.Length == 0 ? "" : fact.Say(told);
            return said == row["value"] ? null : $"{row.Position}: {fact.Words} should be '{row["value"]}', and was '{said}'";
        }).OfType<string>()];
        if (wrong.Length > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }

    [When("{guest} asks for the {word} record of {string}", Does = "The guest asks the name server of its network: A, AAAA, PTR, TXT or SRV.",
        Example = "alice asks for the SRV record of \"_ldap._tcp.lab.example\"")]
    public void AsksForRecord(GuestName guest, string type, string name) => AskForRecord(guest, type, name, version6: false);

    [When("{guest} asks over IPv6 for the {word} record of {string}", Does = "As above, at the name server's IPv6 address.",
        Example = "alice asks over IPv6 for the AAAA record of \"www\"")]
    public void AsksForRecord6(GuestName guest, string type, string name) => AskForRecord(guest, type, name, version6: true);

    private void AskForRecord(GuestName guest, string type, string name, bool version6) => _record = conversation.AskName(guest, name, type, version6)
        ?? throw new ScenarioMistakeException($"no guest asks for {type} records; there is {Listing.Of(NameQuestion.Types)}");

    [Given("{guest} knows the name(s)", Does = "The station answers questions for names, with these and no others. Columns: name and address.",
        Example = "L knows the names\n| name            | address     |\n| www.example.org | 203.0.113.80 |")]
    public void Knows(GuestName guest, DataTable names)
    {
        foreach (DataRow row in names.Rows)
        {
            conversation.Know(guest, row["name"], Number(row["address"]));
        }
    }

    [Then("the name server says {string}", Does = "The first record of its last answer, or: no such name, no such record, refused, nothing.",
        Example = "the name server says \"10 60 389 dc.lab.example\"")]
    public void SaysOfName(string expected)
    {
        if (_record != expected)
        {
            throw new ExpectationException($"the name server should say '{expected}', and said '{_record ?? "nothing"}'");
        }
    }

    [When("{guest} resolves {string} to {word}", Does = "The guest asks the name server of its network, which answers with this address, of either version of IP.",
        Example = "alice resolves \"www\" to 192.0.2.80")]
    public void Resolves(GuestName guest, string name, string address)
    {
        IpNumber expected = Number(address);
        IpNumber? found = conversation.Resolve(guest, name, expected.Version6);
        if (found != expected)
        {
            throw new ExpectationException($"{name} should be {expected}, and " + (found is null ? "nobody knew it" : $"was {found}"));
        }
    }

    [When("{guest} cannot resolve {string}", Does = "The name server of the guest's network knows no such name, or nobody answers.",
        Example = "alice cannot resolve \"nowhere\"")]
    public void CannotResolve(GuestName guest, string name)
    {
        if (conversation.Resolve(guest, name) is { } found)
        {
            throw new ExpectationException($"{name} should not be known, and was {found}");
        }
    }

    [Then("it succeeds", Does = "The ping was answered, the connection is there, the datagram was answered.", Example = "it succeeds")]
    public void Succeeds() => Expect(ConversationOutcome.Answered);

    [Then("it is refused", Does = "A TCP reset or an ICMP error came back.", Example = "it is refused")]
    public void Refused() => Expect(ConversationOutcome.Refused);

    [Then("there is no answer", Does = "Nothing came back at all.", Example = "there is no answer")]
    public void NoAnswer() => Expect(ConversationOutcome.Unanswered);

    [Then("pings get through as follows", Does = "Every guest of the first column pings every guest of the head row; a cell says yes, no, or nothing for not tried.",
        Example = "pings get through as follows\n| from  | alice | bob | carol |\n| alice |       | yes | no    |\n| bob   | yes   |     | no    |")]
    public void TruthTable(DataTable table)
    {
        List<string> wrong = [];
        foreach (DataRow row in table.Rows)
        {
            for (int at = 1; at < table.Header.Length; at++)
            {
                if (row.Cells[at].Length > 0 && row.Cells[at] is not ("yes" or "no"))
                {
                    throw new ScenarioMistakeException(row.Position, $"a cell says yes, no or nothing, not '{row.Cells[at]}'");
                }

                if (row.Cells[at].Length > 0
                    && conversation.Ping(new(row.Cells[0]), new(table.Header[at])) == ConversationOutcome.Answered != (row.Cells[at] == "yes"))
                {
                    wrong.Add($"{row.Position}: {row.Cells[0]} should {(row.Cells[at] == "yes" ? "" : "not ")}reach {table.Header[at]}");
                }
            }
        }

        if (wrong.Count > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }

    private static Ipv4Address Address(string text) =>
        Ipv4Address.TryParse(text, out Ipv4Address address) ? address : throw new ScenarioMistakeException($"'{text}' is no IPv4 address");

    private static IpNumber Number(string text) =>
        IpNumber.TryParse(text, out IpNumber address) ? address : throw new ScenarioMistakeException($"'{text}' is no address");

    private void Expect(ConversationOutcome expected)
    {
        ConversationOutcome actual = _last ?? throw new ScenarioMistakeException("no guest has asked for anything yet");
        if (actual != expected)
        {
            throw new ExpectationException($"should be {Words(expected)}, and was {Words(actual)}");
        }
    }

    private static string Words(ConversationOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private static ushort Port(int port) => port is > 0 and <= ushort.MaxValue ? (ushort)port
        : throw new ScenarioMistakeException($"a port is a number from 1 to {ushort.MaxValue}, not {port}");
}
