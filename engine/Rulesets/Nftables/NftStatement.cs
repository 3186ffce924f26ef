using System.Collections.Immutable;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>One step of a rule, from left to right; a test that does not hold ends the rule.</summary>
public abstract record NftStatement;

/// <summary>(key &amp; mask) == value, or its opposite.</summary>
/// <param name="Mask">Null when every bit counts.</param>
public sealed record NftCompare(NftKey Key, NftValue Value, UInt128? Mask = null, bool Negated = false) : NftStatement;

/// <summary>The set holds the key, or does not.</summary>
public sealed record NftLookup(ImmutableArray<NftKey> Key, string Set, bool Negated = false) : NftStatement;

/// <summary>A TCP option of this kind is there, or not.</summary>
public sealed record NftTcpOption(byte Kind, bool Negated = false) : NftStatement;

/// <summary>An IPv6 packet without a fragment header.</summary>
public sealed record NftFragmentHeaderMissing : NftStatement;

/// <summary>Counts the packets that came this far in the rule.</summary>
public sealed record NftCounter : NftStatement;

/// <summary>Goes where the map says; goes on when it says nothing.</summary>
public sealed record NftVerdictMap(ImmutableArray<NftKey> Key, string Map) : NftStatement;

/// <summary>mark = (mark &amp; ~Mask) | Bits.</summary>
public sealed record NftSetMark(uint Mask, uint Bits) : NftStatement;

/// <summary>Drops, and tells the sender that the port is unreachable (ICMP type 3 code 3, ICMPv6 type 1 code 4).</summary>
public sealed record NftReject : NftStatement;

public enum NftVerdictKind
{
    Accept,
    Drop,
    Return,
    Continue,
    Jump,
    Goto,
}

/// <param name="Target">The chain of a jump or goto.</param>
public sealed record NftVerdict(NftVerdictKind Kind, string? Target = null) : NftStatement
{
    public static readonly NftVerdict Accept = new(NftVerdictKind.Accept);
    public static readonly NftVerdict Drop = new(NftVerdictKind.Drop);
    public static readonly NftVerdict Return = new(NftVerdictKind.Return);
    public static readonly NftVerdict Continue = new(NftVerdictKind.Continue);

    public static NftVerdict Jump(string chain) => new(NftVerdictKind.Jump, chain);

    public static NftVerdict Goto(string chain) => new(NftVerdictKind.Goto, chain);
}
