namespace Lab.Engine.Packets;

/// <summary>The operation field of ARP and RARP (IANA ARP parameters); others are possible on the wire.</summary>
public enum ArpOperation : ushort
{
    Request = 1,
    Reply = 2,
    RequestReverse = 3,
    ReplyReverse = 4,
    DynamicRarpRequest = 5,
    DynamicRarpReply = 6,
    DynamicRarpError = 7,
    InverseArpRequest = 8,
    Nak = 9,
}
