using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>The rules of one port in the layout of libvirt's own driver (nwfilter.md section 4.4).</summary>
/// <remarks>
/// <code>
///  ebtables, nat          PREROUTING  ──i IF──> libvirt-I-IF ──> I-IF-CHAIN        what the guest sends
///                         POSTROUTING ──o IF──> libvirt-O-IF ──> O-IF-CHAIN        what the guest receives
///  iptables, ip6tables,   FORWARD ─1─> libvirt-in      ──physdev-in IF──>  FI-IF
///  filter                         ─2─> libvirt-out     ──physdev-out IF─>  FO-IF
///                                 ─3─> libvirt-in-post ──physdev-in IF──>  ACCEPT
///                         INPUT   ─1─> libvirt-host-in ──physdev-in IF──>  HI-IF
/// </code>
/// </remarks>
/// <param name="Chains">In the order in which the program names them; empty when the program lets everything pass.</param>
/// <param name="Hooks">How frames get into <paramref name="Chains"/>: one rule in a chain that all ports share.</param>
public sealed record PortTables(
    InterfaceName Port, ImmutableArray<TablesChain> Chains, ImmutableArray<HookRule> Hooks);

/// <summary>The three tools; each has one table of ours.</summary>
public enum TablesTool
{
    Ebtables,
    Iptables,
    Ip6tables,
}

/// <param name="AcceptsAtEnd">ebtables only: the policy of the chain; otherwise a packet returns to the caller.</param>
/// <param name="Rules">Those of <paramref name="ProgramChain"/>, one for one.</param>
/// <param name="Place">The stage that the chain belongs to.</param>
/// <param name="ProgramChain">The chain of the program that it stands for; the root of a stage comes before its others.</param>
public sealed record TablesChain(TablesTool Tool, string Name, bool AcceptsAtEnd, ImmutableArray<TablesRule> Rules, FilterPlace Place, Chain ProgramChain);

/// <summary>One rule as the tool's command line writes it, without the chain.</summary>
/// <param name="Words">Matches and target, unquoted.</param>
/// <param name="Origin">The XML rule behind it; null for jumps into a port's chains.</param>
public sealed record TablesRule(ImmutableArray<string> Words, Origin? Origin);

/// <param name="Chain">A chain that all ports share.</param>
public sealed record HookRule(TablesTool Tool, string Chain, ImmutableArray<string> Words)
{
    /// <summary>As <c>-A</c> and <c>-D</c> take it.</summary>
    public string Text => $"{Chain} {TablesText.Line(Words)}";
}
