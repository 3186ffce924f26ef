namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Where a payload offset counts from.</summary>
public enum NftBase
{
    /// <summary>The Ethernet header, a VLAN tag included even when the kernel holds it apart.</summary>
    Link,

    /// <summary>What follows the Ethernet header and the outer tag.</summary>
    Network,

    /// <summary>Behind the IP header and its extensions; absent for later fragments.</summary>
    Transport,
}

/// <summary>Something of a packet that a rule can compare or look up.</summary>
public abstract record NftKey(NftType Type, int Bits);

/// <summary>Bits of the frame. A frame that is too short has no such key, and no sense of a comparison holds for it.</summary>
/// <param name="Name">As nft names it, or null for its raw notation.</param>
/// <param name="Offset">In bits.</param>
/// <remarks>
/// A name is used only where nft adds no condition of its own to it, or one that the rule has stated already; so the
/// rule in the kernel has exactly the conditions of this model.
/// </remarks>
public sealed record NftPayload(NftBase Base, int Offset, int Bits, NftType Type, string? Name = null) : NftKey(Type, Bits);

public enum NftMetaKey
{
    InputInterface,
    OutputInterface,
    InputKind,
    OutputKind,
    TransportProtocol,
    Mark,
}

public sealed record NftMeta(NftMetaKey Key, NftType Type, int Bits) : NftKey(Type, Bits)
{
    public static readonly NftMeta InputInterface = new(NftMetaKey.InputInterface, NftType.InterfaceName, 128);
    public static readonly NftMeta OutputInterface = new(NftMetaKey.OutputInterface, NftType.InterfaceName, 128);
    public static readonly NftMeta InputKind = new(NftMetaKey.InputKind, NftType.InterfaceName, 128);
    public static readonly NftMeta OutputKind = new(NftMetaKey.OutputKind, NftType.InterfaceName, 128);
    public static readonly NftMeta TransportProtocol = new(NftMetaKey.TransportProtocol, NftType.Protocol, 8);
    public static readonly NftMeta Mark = new(NftMetaKey.Mark, NftType.Mark, 32);
}

public enum NftConnectionKey
{
    State,
    Direction,
}

/// <summary>What connection tracking says; a packet that belongs to no connection has a state but no direction.</summary>
public sealed record NftConnection(NftConnectionKey Key) : NftKey(NftType.Connection, Key == NftConnectionKey.State ? 32 : 8);

/// <summary>The offset in an IPv6 fragment header (RFC 8200 section 4.5); absent without one.</summary>
public sealed record NftFragmentOffset() : NftKey(NftType.Port, 13);
