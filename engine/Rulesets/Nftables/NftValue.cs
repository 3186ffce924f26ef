namespace Lab.Engine.Rulesets.Nftables;

/// <summary>How a constant is written and how wide it is.</summary>
public enum NftType
{
    InterfaceName,
    EtherAddress,
    EtherType,
    Ipv4Address,
    Ipv6Address,
    Protocol,
    Port,
    Mark,
    Connection,
    Integer,
}

/// <summary>A constant of a rule or of a set's element.</summary>
public abstract record NftValue;

/// <param name="Bits">Right-aligned.</param>
public sealed record NftNumber(UInt128 Bits) : NftValue;

/// <summary>A word of nft's own: a connection state or direction, a device's kind.</summary>
public sealed record NftWord(string Text) : NftValue;

/// <summary>Both ends belong to it.</summary>
public sealed record NftRange(UInt128 Low, UInt128 High) : NftValue;
