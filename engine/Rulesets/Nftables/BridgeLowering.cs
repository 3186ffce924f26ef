using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Programs of ports on bridges as an nft ruleset: layer 2 in the bridge family.</summary>
/// <remarks>
/// <code>
///   port ─> bridge prerouting −300 ─ vmap iifname ─> FROM-chains ─> the bridge decides ─> bridge postrouting 300 ─ vmap oifname ─> TO-chains ─> port
/// </code>
/// The priorities are those of ebtables' nat table, before and behind bridge netfilter (switching.md section 9.1).
/// </remarks>
public static class BridgeLowering
{
    public const string TableName = "nwlab";

    private const int BeforeBridgeNetfilter = -300, BehindBridgeNetfilter = 300;

    public static Lowered<NftRuleset> Lower(IEnumerable<PortPolicy> ports)
    {
        List<Diagnostic> refusals = [];
        Direction from = new("from", NftMeta.InputInterface);
        Direction to = new("to", NftMeta.OutputInterface);
        foreach (PortPolicy port in ports)
        {
            from.Add(port.Device, port.Program.EthernetFromGuest, refusals);
            to.Add(port.Device, port.Program.EthernetToGuest, refusals);
        }

        NftTable table = new(
            NftFamily.Bridge,
            TableName,
            [from.Map, to.Map],
            [
                .. from.Chains, .. to.Chains,
                from.Base(new(NftHookPoint.Prerouting, BeforeBridgeNetfilter)),
                to.Base(new(NftHookPoint.Postrouting, BehindBridgeNetfilter)),
            ]);
        return new(refusals.Count > 0 ? null : new([table]), [.. refusals]);
    }

    /// <summary>One direction's dispatch map and chains.</summary>
    private sealed class Direction(string name, NftMeta device)
    {
        private readonly List<NftElement> _entries = [];

        public List<NftChain> Chains { get; } = [];

        public NftSet Map =>
            new($"{name}-ports", [NftType.InterfaceName], NftSetKind.VerdictMap, false, [.. _entries]);

        public NftChain Base(NftHook hook) => new($"{name}-guests", hook, [new([new NftVerdictMap([device], Map.Name)], null)]);

        public void Add(InterfaceName port, Stage? stage, List<Diagnostic> refusals)
        {
            if (stage is null)
            {
                return;
            }

            string[] names = [.. stage.Chains.Select(chain => $"{name}-{Spelled(port.ToString())}-{Spelled(chain.Name)}")];
            _entries.Add(new([new NftInterface(port)], NftVerdict.Jump(names[0])));

            // nft wants a chain to be there before a rule jumps to it, and only root jumps.
            for (int i = names.Length - 1; i >= 0; i--)
            {
                Chains.Add(new(names[i], null, Rules(port, stage.Chains[i], names, refusals)));
            }
        }

        private static ImmutableArray<NftRule> Rules(
            InterfaceName port, Chain chain, string[] names, List<Diagnostic> refusals)
        {
            List<NftRule> rules = [];
            foreach (Rule rule in chain.Rules)
            {
                (ImmutableArray<ImmutableArray<NftStatement>>? ways, string? refusal) = NftConditions.Lower(rule.Conditions);
                if (ways is null)
                {
                    refusals.Add(new("NF602", Severity.Error, rule.Origin.Position, $"{refusal}, which {port} needs"));
                    continue;
                }

                rules.AddRange(ways.Value.Select(way =>
                    new NftRule(way.Add(new NftCounter()).Add(Verdict(rule.Verdict, names)), rule.Origin)));
            }

            if (chain.End == ChainEnd.Accept)
            {
                rules.Add(new([new NftCounter(), NftVerdict.Accept], null));
            }

            return [.. rules];
        }

        private static NftVerdict Verdict(Verdict verdict, string[] names) => verdict.Kind switch
        {
            VerdictKind.Accept => NftVerdict.Accept,
            VerdictKind.Return => NftVerdict.Return,
            VerdictKind.Continue => NftVerdict.Continue,
            VerdictKind.Jump => NftVerdict.Jump(names[verdict.Target]),
            _ => NftVerdict.Drop, // reject too: layer 2 has nobody to answer (nwfilter.md section 4.2)
        };
    }

    /// <summary>A name as nft takes it for a chain: letters, digits, '-', '.'; other bytes as _XX, '_' included.</summary>
    private static string Spelled(string name)
    {
        StringBuilder spelled = new();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.'
                ? spelled.Append((char)b)
                : spelled.Append('_').Append(b.ToString("x2"));
        }

        return spelled.ToString();
    }
}
