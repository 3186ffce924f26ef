using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Filters.Values;

namespace Lab.Commands.Filters;

/// <summary>The reference page, written from the tables that the reader works from.</summary>
internal static class FilterReference
{
    private const string Introduction = """
        # What a filter can say

        This page is generated: it is what `nwlab filter reference` prints, and `ACCEPT=1 ./check` writes it.

        ```xml
        <filter name='web' chain='root' priority='0'>
          <uuid>…</uuid>
          <filterref filter='clean-traffic'>
            <parameter name='IP' value='192.0.2.10'/>
          </filterref>
          <rule action='accept' direction='in' priority='500' statematch='true'>
            <tcp match='yes' dstportstart='80'/>
          </rule>
        </filter>
        ```

        | On | Attribute | Takes | When it is missing |
        | --- | --- | --- | --- |
        | `filter` | `name` | letters, digits, `_`, `-`, `.` | an error |
        | | `chain` | `root`, or one of the prefixes below with any suffix, 12 characters at most | `root` |
        | | `priority` | a number from -1000 to 1000; only together with `chain` | that of the chain's prefix |
        | `filterref` | `filter` | the name of a filter; it need not exist yet | an error |
        | `parameter` | `name` | letters, digits, `_`; a repeated name makes a list | skipped |
        | | `value` | letters, digits, `_`, `.`, `:` | skipped |
        | `rule` | `action` | `drop`, `accept`, `reject`, `return`, `continue` | an error |
        | | `direction` | `in` (to the guest), `out` (from the guest), `inout` | an error |
        | | `priority` | a number from -1000 to 1000; lower runs earlier | 500 |
        | | `statematch` | `false` or `0` switches the automatic connection states off | on |
        | a protocol | `match` | `no` inverts each condition of the element by itself | `yes` |

        A rule holds one protocol element, or none and then matches every frame of its chain. Several elements of one name
        are one set of conditions, all of which must hold.

        Any value may be a variable: `$NAME` takes the values of the list one after the other, `$NAME[@1]` independently of
        `$NAME[@2]`, and `$NAME[0]` only the first. `MAC` is always known; `IP` is
        not, and must be given: addresses are not learnt, whatever `CTRL_IP_LEARNING` says.

        """;

    public static int Run(FilterContext context, string? protocol)
    {
        if (protocol is null)
        {
            context.Output.Write(Page());
            return ExitCode.Success;
        }

        if (ProtocolTable.Find(protocol) is not { } spec)
        {
            string? help = Spelling.Suggest(protocol, ProtocolTable.All.Select(p => p.Name));
            return context.Fail($"'{protocol}' is not a protocol element{(help is null ? "" : $"; {help}")}");
        }

        context.Output.Write(Section(spec));
        return ExitCode.Success;
    }

    /// <summary>The whole page; a test compares it with the file.</summary>
    internal static string Page() => $"{Introduction}\n{Chains()}\n# Protocol elements\n\n{string.Join('\n', ProtocolTable.All.Select(Section))}\n{Findings()}\n{Quirks()}";

    private static string Chains()
    {
        StringBuilder text = new("# Chains\n\n| Prefix | Priority |\n| --- | --- |\n");
        foreach ((string prefix, int priority) in ChainName.Prefixes)
        {
            text.Append($"| `{prefix}` | {priority} |\n");
        }

        return text.ToString();
    }

    private static string Section(ProtocolSpec protocol)
    {
        StringBuilder text = new($"## {protocol.Name}\n\nMatches {protocol.Description}.\n\n| Attribute | Matches | Takes |\n| --- | --- | --- |\n");
        foreach (AttributeSpec attribute in protocol.Attributes)
        {
            string note = attribute.BeyondLibvirt ? " (not in libvirt 9)" : "";
            text.Append($"| `{attribute.Name}` | {attribute.Description}{note} | {ValueGrammar.Of(attribute.Type).Describe(attribute)} |\n");
        }

        return text.ToString();
    }

    private static string Findings()
    {
        StringBuilder text = new("""
            # Findings

            A warning marked *strict* is an error under `--strict`: libvirt lets it pass in silence.

            | Code | Severity | Finding | What to do |
            | --- | --- | --- | --- |

            """);
        foreach (DiagnosticKind kind in DiagnosticTable.All)
        {
            string severity = kind.Severity == Severity.Error ? "error" : kind.ErrorWhenStrict ? "warning, *strict*" : "warning";
            text.Append($"| {kind.Code} {kind.Name} | {severity} | {kind.Title} | {kind.Help} |\n".Replace("<!-- -->", "`<!-- -->`", StringComparison.Ordinal));
        }

        return text.ToString();
    }

    private static string Quirks()
    {
        StringBuilder text = new("""
            # Where libvirt surprises

            | Code | libvirt | Strict meaning |
            | --- | --- | --- |

            """);
        foreach (QuirkEntry quirk in QuirkRegister.All)
        {
            text.Append($"| {quirk.Code} | {quirk.Libvirt} | {quirk.Strict ?? "the same"} |\n");
        }

        return text.ToString();
    }
}
