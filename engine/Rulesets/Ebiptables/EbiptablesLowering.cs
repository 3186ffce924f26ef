using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>A program as ebtables, iptables and ip6tables rules in libvirt's layout.</summary>
public static class EbiptablesLowering
{
    /// <summary>A longer name is refused as a jump target by the tools (seen with 1.8.9; nwfilter.md, quirk 4).</summary>
    public const int MaximumChainName = 28; // bytes

    /// <summary>Lowers the program of one port; a rule that the tools cannot express is refused, never weakened.</summary>
    public static Lowered<PortTables> Lower(PortPolicy policy)
    {
        var work = new Work(policy.Device, policy.Program.Meaning);
        work.AddEthernet(policy.Program.EthernetFromGuest, FilterPlace.FromGuest, 'I', "PREROUTING", "-i");
        work.AddEthernet(policy.Program.EthernetToGuest, FilterPlace.ToGuest, 'O', "POSTROUTING", "-o");
        work.AddIp(TablesTool.Iptables, policy.Program.Ipv4);
        work.AddIp(TablesTool.Ip6tables, policy.Program.Ipv6);
        return work.Result();
    }

    /// <summary>A trailing plus is a wildcard (iptables(8), -i); a leading dash or bang would be an option.</summary>
    private static bool IsExpressible(InterfaceName port)
    {
        string text = port.ToString();
        return text is [not ('-' or '!'), ..] and [.., not '+'];
    }

    private sealed class Work(InterfaceName port, Meaning meaning)
    {
        private readonly ImmutableArray<TablesChain>.Builder _chains = ImmutableArray.CreateBuilder<TablesChain>();
        private readonly ImmutableArray<HookRule>.Builder _hooks = ImmutableArray.CreateBuilder<HookRule>();
        private readonly ImmutableArray<Diagnostic>.Builder _refused = ImmutableArray.CreateBuilder<Diagnostic>();

        public Lowered<PortTables> Result() => new(
            _refused.Count > 0 ? null : new PortTables(port, _chains.ToImmutable(), _hooks.ToImmutable()),
            _refused.ToImmutable());

        public void AddEthernet(Stage? stage, FilterPlace place, char letter, string hook, string device)
        {
            if (stage is null)
            {
                return;
            }

            string Name(int chain) =>
                chain == 0 ? $"libvirt-{letter}-{port}" : $"{letter}-{port}-{stage.Chains[chain].Name}";

            for (int i = 0; i < stage.Chains.Length; i++)
            {
                Chain chain = stage.Chains[i];
                if (!chain.Rules.IsEmpty && WhyNot(Name(i)) is { } reason)
                {
                    Refuse(chain.Rules[0].Origin, reason);
                }

                _chains.Add(new(TablesTool.Ebtables, Name(i), chain.End == ChainEnd.Accept,
                    [.. chain.Rules.Select(rule => LowerEthernet(rule, Name)).OfType<TablesRule>()], place, chain));
            }

            _hooks.Add(new(TablesTool.Ebtables, hook, [device, $"{port}", "-j", Name(0)]));
        }

        public void AddIp(TablesTool tool, IpStages? stages)
        {
            if (stages is null)
            {
                return;
            }

            if (meaning == Meaning.Strict && stages.ToGuestForwarded.Root.Rules is [var first, ..])
            {
                Refuse(first.Origin, "iptables knows the port of bridged packets only, so what the host sends or routes to the guest would pass by this rule");
            }

            AddChain(tool, "FI", FilterPlace.FromGuestForwarded, stages.FromGuestForwarded);
            AddChain(tool, "FO", FilterPlace.ToGuestForwarded, stages.ToGuestForwarded);
            AddChain(tool, "HI", FilterPlace.FromGuestToHost, stages.FromGuestToHost);
            string[] from = ["-m", "physdev", "--physdev-in", $"{port}"];
            string[] to = ["-m", "physdev", "--physdev-is-bridged", "--physdev-out", $"{port}"];
            _hooks.Add(new(tool, SharedChains.In, [.. from, "-g", $"FI-{port}"]));
            _hooks.Add(new(tool, SharedChains.Out, [.. to, "-g", $"FO-{port}"]));
            _hooks.Add(new(tool, SharedChains.InPost, [.. from, "-j", "ACCEPT"]));
            _hooks.Add(new(tool, SharedChains.HostIn, [.. from, "-g", $"HI-{port}"]));
        }

        private void AddChain(TablesTool tool, string prefix, FilterPlace place, Stage stage)
        {
            string name = $"{prefix}-{port}";
            if (!stage.Root.Rules.IsEmpty && WhyNot(name) is { } reason)
            {
                Refuse(stage.Root.Rules[0].Origin, reason);
            }

            _chains.Add(new(tool, name, AcceptsAtEnd: false, [.. stage.Root.Rules.Select(LowerIp).OfType<TablesRule>()], place, stage.Root));
        }

        private TablesRule? LowerEthernet(Rule rule, Func<int, string> name)
        {
            if (EbtablesConditions.Write(rule.Conditions, out Condition? inexpressible) is not { } words)
            {
                Refuse(rule.Origin, $"ebtables cannot test {inexpressible}");
                return null;
            }

            string target = rule.Verdict.Kind switch
            {
                VerdictKind.Accept => "ACCEPT",
                VerdictKind.Drop or VerdictKind.Reject => "DROP",
                VerdictKind.Return => "RETURN",
                VerdictKind.Continue => "CONTINUE",
                _ => name(rule.Verdict.Target),
            };
            return new([.. words, "-j", target], rule.Origin);
        }

        private TablesRule? LowerIp(Rule rule)
        {
            ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>();
            foreach (Condition condition in rule.Conditions)
            {
                if (IptablesConditions.Write(condition) is not { } written)
                {
                    Refuse(rule.Origin, $"iptables cannot test {condition}");
                    return null;
                }

                words.AddRange(written);
            }

            if (rule.Comment is { } comment)
            {
                words.AddRange("-m", "comment", "--comment", comment);
            }

            words.AddRange(Target(rule.Verdict.Kind));
            return new(words.ToImmutable(), rule.Origin);
        }

        /// <remarks>There is no CONTINUE target in these tables (quirk 28); a rule without target only counts.</remarks>
        private static string[] Target(VerdictKind verdict) => verdict switch
        {
            VerdictKind.Accept => ["-j", "ACCEPT"],
            VerdictKind.Drop => ["-j", "DROP"],
            VerdictKind.Reject => ["-j", "REJECT"],
            VerdictKind.Continue => [],
            _ => ["-j", "RETURN"], // an IP stage is one chain; it has nowhere to jump
        };

        private string? WhyNot(string chain) =>
            !IsExpressible(port) ? $"the tools read '{port}' as a pattern or an option"
            : Encoding.UTF8.GetByteCount(chain) > MaximumChainName ? $"the chain '{chain}' would need a name of more than {MaximumChainName} bytes"
            : null;

        private void Refuse(Origin origin, string reason) => _refused.Add(
            DiagnosticTable.BeyondEbtables.At(origin.Position, reason));
    }
}
