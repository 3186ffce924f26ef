namespace Lab.Engine.Programs;

/// <summary>Every header field that a condition may test. What each one means is in <see cref="FieldTable"/>.</summary>
/// <remarks>
/// A field belongs to a header, and a frame without that header has no such field: neither sense of a comparison holds
/// for it. Exceptions (fields of non-configuration BPDUs) are noted in the table.
/// </remarks>
public enum Field
{
    EthernetSource,
    EthernetDestination,
    EtherType,

    VlanId,
    VlanEncapsulatedType,

    StpType,
    StpFlags,
    StpRootPriority,
    StpRootAddress,
    StpRootCost,
    StpSenderPriority,
    StpSenderAddress,
    StpPort,
    StpMessageAge,
    StpMaxAge,
    StpHelloTime,
    StpForwardDelay,

    ArpHardwareType,
    ArpProtocolType,
    ArpOpcode,
    ArpSenderMac,
    ArpTargetMac,
    ArpSenderIp,
    ArpTargetIp,

    Ipv4Source,
    Ipv4Destination,
    Ipv4Protocol,

    /// <summary>The whole TOS byte, which is what ebtables compares (quirk 21).</summary>
    Ipv4Tos,
    Ipv4Dscp,

    Ipv6Source,
    Ipv6Destination,

    /// <summary>The protocol behind all extension headers.</summary>
    Ipv6Protocol,
    Ipv6Dscp,

    TransportSourcePort,
    TransportDestinationPort,
    TcpFlags,

    // The fields of a BPDU where ebtables looks for them, one byte early (quirk 46).
    EbtStpType,
    EbtStpFlags,
    EbtStpRootPriority,
    EbtStpRootAddress,
    EbtStpRootCost,
    EbtStpSenderPriority,
    EbtStpSenderAddress,
    EbtStpPort,
    EbtStpMessageAge,
    EbtStpMaxAge,
    EbtStpHelloTime,
    EbtStpForwardDelay,
}
