using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Interop;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;

namespace Lab.Live;

/// <summary>The sysctl without which bridged packets of a family never meet an IP rule (nwfilter.md, quirk 27).</summary>
internal sealed record BridgeNetfilterSwitch(string Path, Func<FilterProgram, IpStages?> Stages)
{
    public static readonly ImmutableArray<BridgeNetfilterSwitch> All =
    [
        new("net/bridge/bridge-nf-call-iptables", program => program.Ipv4),
        new("net/bridge/bridge-nf-call-ip6tables", program => program.Ipv6),
    ];

    public string Cost => $"without bridge connection tracking, filters with rules of that family are refused; sysctl {Path.Replace('/', '.')}=1";

    public bool IsOn(NetworkNamespace space) => space.Run(() =>
        File.Exists($"/proc/sys/{Path}") && File.ReadAllText($"/proc/sys/{Path}").Trim() == "1");

    /// <summary>libvirt logs a warning and lets everything pass; we refuse, at the first rule that would be without effect.</summary>
    /// <param name="tracked">The bridge tracks connections itself. Then only rejecting is left to bridge netfilter; where it cannot,
    /// libvirt's meaning drops, and the strict one is refused.</param>
    public IEnumerable<Diagnostic> Refusals(NetworkNamespace space, IEnumerable<PortPolicy> ports, bool tracked)
    {
        Rule? first = ports.Select(port => port.Rules.Family.Example).Distinct().SelectMany(program => Rules(program).Where(rule =>
            !tracked || (rule.Verdict.Kind == VerdictKind.Reject && program.Meaning == Meaning.Strict))).FirstOrDefault();
        return first is null || IsOn(space) ? [] :
        [
            DiagnosticTable.BridgeNetfilterOff.At(first.Origin.Position,
                $"the rule needs {Path.Replace('/', '.')} to be 1, and here it is 0 or missing", $"sysctl {Path.Replace('/', '.')}=1"),
        ];
    }

    private IEnumerable<Rule> Rules(FilterProgram program) => Stages(program) is { } stages
        ? new[] { stages.FromGuestForwarded, stages.ToGuestForwarded }.SelectMany(stage => stage.Chains).SelectMany(chain => chain.Rules)
        : [];
}
