using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <param name="Tables">Null exactly when a diagnostic is an error.</param>
public sealed record EbiptablesResult(PortTables? Tables, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>A program as ebtables, iptables and ip6tables rules in libvirt's layout.</summary>
public static class EbiptablesLowering
{
    /// <summary>A longer name is refused as a jump target by the tools (seen with 1.8.9; nwfilter.md, quirk 4).</summary>
    public const int MaximumChainName = 28; // bytes

    /// <summary>Lowers the program of one port; a rule that the tools cannot express is an error, never a weaker rule.</summary>
    public static EbiptablesResult Lower(InterfaceName port, FilterProgram program)
    {
        var work = new Work(port);
        if (!IsExpressible(port))
        {
            return work.Refuse(new SourcePosition($"{port}", 0, 0), $"the tools read '{port}' as a pattern or an option");
        }

        work.AddEthernet(program.EthernetFromGuest, 'I', "PREROUTING", "-i");
        work.AddEthernet(program.EthernetToGuest, 'O', "POSTROUTING", "-o");
        work.AddIp(TablesTool.Iptables, program.Ipv4);
        work.AddIp(TablesTool.Ip6tables, program.Ipv6);
        return work.Result();
    }

    /// <summary>A trailing plus is a wildcard (iptables(8), -i); a leading dash or bang would be an option.</summary>
    private static bool IsExpressible(InterfaceName port)
    {
        string text = port.ToString();
        return text is [not ('-' or '!'), ..] and [.., not '+'];
    }

    private sealed class Work(InterfaceName port)
    {
        private readonly ImmutableArray<TablesChain>.Builder _chains = ImmutableArray.CreateBuilder<TablesChain>();
        private readonly ImmutableArray<HookRule>.Builder _hooks = ImmutableArray.CreateBuilder<HookRule>();
        private readonly ImmutableArray<Diagnostic>.Builder _found = ImmutableArray.CreateBuilder<Diagnostic>();

        public EbiptablesResult Result() => new(
            _found.Count > 0 ? null : new PortTables(port, _chains.ToImmutable(), _hooks.ToImmutable()),
            _found.ToImmutable());

        public EbiptablesResult Refuse(SourcePosition position, string message)
        {
            Report(position, message);
            return Result();
        }

        public void AddEthernet(Stage? stage, char letter, string hook, string device)
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
                if (System.Text.Encoding.UTF8.GetByteCount(Name(i)) > MaximumChainName && !chain.Rules.IsEmpty)
                {
                    Report(chain.Rules[0].Origin.Position, $"'{Name(i)}' is longer than the {MaximumChainName} bytes of a chain name");
                }

                _chains.Add(new(TablesTool.Ebtables, Name(i), chain.End == ChainEnd.Accept,
                    [.. chain.Rules.Select(rule => LowerEthernet(rule, Name)).OfType<TablesRule>()]));
            }

            _hooks.Add(new(TablesTool.Ebtables, hook, [device, $"{port}", "-j", Name(0)]));
        }

        public void AddIp(TablesTool tool, IpStages? stages)
        {
            if (stages is null)
            {
                return;
            }

            AddChain(tool, "FI", stages.FromGuestForwarded);
            AddChain(tool, "FO", stages.ToGuestForwarded);
            AddChain(tool, "HI", stages.FromGuestToHost);
            string[] from = ["-m", "physdev", "--physdev-in", $"{port}"];
            string[] to = ["-m", "physdev", "--physdev-is-bridged", "--physdev-out", $"{port}"];
            _hooks.Add(new(tool, SharedChains.In, [.. from, "-g", $"FI-{port}"]));
            _hooks.Add(new(tool, SharedChains.Out, [.. to, "-g", $"FO-{port}"]));
            _hooks.Add(new(tool, SharedChains.InPost, [.. from, "-j", "ACCEPT"]));
            _hooks.Add(new(tool, SharedChains.HostIn, [.. from, "-g", $"HI-{port}"]));
        }

        private void AddChain(TablesTool tool, string prefix, Stage stage) => _chains.Add(new(
            tool, $"{prefix}-{port}", AcceptsAtEnd: false, [.. stage.Root.Rules.Select(LowerIp).OfType<TablesRule>()]));

        private TablesRule? LowerEthernet(Rule rule, Func<int, string> name)
        {
            if (EbtablesConditions.Write(rule.Conditions, out Condition? inexpressible) is not { } words)
            {
                Report(rule.Origin.Position, $"ebtables cannot test {inexpressible}");
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
                    Report(rule.Origin.Position, $"iptables cannot test {condition}");
                    return null;
                }

                words.AddRange(written);
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

        private void Report(SourcePosition position, string message) =>
            _found.Add(new("NF601", Severity.Error, position, message, "use the nft backend for this filter"));
    }
}
