using System.Buffers;
using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Engine.Networks;

/// <summary>Reads <c>&lt;dns&gt;</c>: what the network's name server knows by itself, and whom it asks.</summary>
/// <param name="serves">Networks of this mode have a name server of their own.</param>
internal sealed class NetworkDnsReader(ElementReader dns, NetworkValues values, bool serves)
{
    private const int LongestService = 482; // characters, libvirt's DNS_RECORD_LENGTH_SRV less what surrounds it

    private static readonly SearchValues<char> ProtocolCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+/");

    private static readonly SearchValues<char> ServiceCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/*");

    private readonly Findings _findings = dns.Findings;

    public NetworkDns Read()
    {
        DocumentAttribute? enable = dns.Optional("enable");
        bool enabled = values.YesNo(enable, absent: true);
        bool plain = values.YesNo(dns.Optional("forwardPlainNames"), absent: true);
        NetworkDns read = new(
            enabled, plain,
            [.. dns.Children("host").Select(ReadHost).OfType<DnsHost>()],
            [.. dns.Children("forwarder").Select(ReadForwarder).OfType<DnsForwarder>()],
            [.. dns.Children("txt").Select(ReadText).OfType<DnsText>()],
            [.. dns.Children("srv").Select(ReadService).OfType<DnsService>()]);
        dns.ReportTheRest();
        if (!enabled && !dns.Element.Children.IsEmpty)
        {
            values.Illegal(enable!.Position, "a name server that is off has nothing to say", "remove what stands inside <dns>, or switch it on");
        }

        if (!serves && dns.Element.Children.FirstOrDefault(child => child.Name is "txt" or "host" or "srv") is { } entry)
        {
            values.OtherMode(entry.Position, "only networks with a name server of their own have entries");
        }

        return read;
    }

    private DnsHost? ReadHost(DocumentElement element)
    {
        ElementReader host = new(element, _findings);
        DocumentAttribute? ip = host.Required("ip");
        ImmutableArray<string> names = [.. host.Children("hostname").Select(name => new ElementReader(name, _findings).Text())];
        host.ReportTheRest();
        if (names.IsEmpty || names.Contains(""))
        {
            _findings.Add(DiagnosticTable.MissingElement, element.Position, "<host> needs a <hostname> with a name in it");
        }

        return ip is not null && values.Address(ip) is { } address ? new(address, names) : null;
    }

    private DnsForwarder? ReadForwarder(DocumentElement element)
    {
        ElementReader forwarder = new(element, _findings);
        DocumentAttribute? address = forwarder.Optional("addr"), domain = forwarder.Optional("domain");
        forwarder.ReportTheRest();
        if (address is null && domain is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, element.Position, "<forwarder> needs the attribute 'addr', or 'domain', or both");
        }

        return new(address is null ? null : values.Address(address), domain?.Value);
    }

    private DnsText? ReadText(DocumentElement element)
    {
        ElementReader text = new(element, _findings);
        DocumentAttribute? name = text.Required("name"), value = text.Required("value");
        text.ReportTheRest();
        if (name?.Value.AsSpan().IndexOfAny(" ,") >= 0)
        {
            values.Illegal(name.Position, $"'{name.Value}' cannot be the name of a text record", "leave out blanks and commas");
        }

        return name is null || value is null ? null : new(name.Value, value.Value);
    }

    private DnsService? ReadService(DocumentElement element)
    {
        ElementReader srv = new(element, _findings);
        DocumentAttribute? service = srv.Required("service"), protocol = srv.Required("protocol");
        DocumentAttribute? domain = srv.Optional("domain"), target = srv.Optional("target");
        DocumentAttribute? port = srv.Optional("port"), priority = srv.Optional("priority"), weight = srv.Optional("weight");
        srv.ReportTheRest();
        CheckWord(service, ServiceCharacters, LongestService);
        CheckWord(protocol, ProtocolCharacters, int.MaxValue);
        foreach (DocumentAttribute idle in new[] { port, priority, weight }.OfType<DocumentAttribute>().Where(_ => target is null))
        {
            values.Illegal(idle.Position, $"'{idle.Name}' says nothing without a target", "name a target, or leave it out");
        }

        return service is null || protocol is null ? null : new(
            service.Value, protocol.Value, domain?.Value, target?.Value is "." ? null : target?.Value,
            (ushort)(values.Number(port, ushort.MaxValue, minimum: 1) ?? (target is null ? 0u : 1u)),
            (ushort)(values.Number(priority, ushort.MaxValue) ?? 0), (ushort)(values.Number(weight, ushort.MaxValue) ?? 0));
    }

    private void CheckWord(DocumentAttribute? word, SearchValues<char> allowed, int longest)
    {
        if (word is not null && (word.Value.Length == 0 || word.Value.Length > longest || word.Value.AsSpan().ContainsAnyExcept(allowed)))
        {
            values.Illegal(word.Position, $"'{word.Value}' cannot be a {word.Name}", "use letters, digits and '-', for instance 'ldap' and 'tcp'");
        }
    }
}
