namespace Lab.Simulator.Networks.Ipv6;

/// <summary>The messages that a stack sends or understands (RFC 4443, RFC 4861); below 128 they are errors.</summary>
internal enum Icmpv6Type : byte
{
    Unreachable = 1,
    PacketTooBig = 2,
    TimeExceeded = 3,
    ParameterProblem = 4,
    EchoRequest = 128,
    EchoReply = 129,
    RouterSolicitation = 133,
    RouterAdvertisement = 134,
    NeighbourSolicitation = 135,
    NeighbourAdvertisement = 136,
    Redirect = 137,
}
