using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>What a segment does to a connection, as far as its flags tell (enum tcp_bit_set).</summary>
internal enum TcpSegmentKind
{
    Syn,
    SynAck,
    Fin,
    Ack,
    Rst,
    None,
}

/// <summary>The transition table of nf_conntrack_proto_tcp.c (switching.md section 4.3).</summary>
internal static class TcpTransitions
{
    /// <summary>Neither believed nor refused: the packet passes, the state stays.</summary>
    public const TcpState Ignored = (TcpState)(-1);
    public const TcpState Invalid = (TcpState)(-2);

    // Columns: NO SS SR ES FW CW LA TW CL S2; '!' invalid, '=' ignored.
    private static readonly TcpState[,] Original = Read(
        "SS SS =  =  =  =  =  SS SS S2", // SYN
        "!  !  =  =  =  =  =  =  =  SR", // SYN+ACK
        "!  !  FW FW LA LA LA TW CL ! ", // FIN
        "ES !  ES ES CW CW TW TW CL ! ", // ACK
        "!  CL CL CL CL CL CL CL CL CL"); // RST

    private static readonly TcpState[,] Reply = Read(
        "!  S2 !  !  !  !  !  SS !  S2",
        "!  SR =  =  =  =  =  =  =  SR",
        "!  !  FW FW LA LA LA TW CL ! ",
        "!  =  SR ES CW CW TW TW CL = ",
        "!  CL CL CL CL CL CL CL CL CL");

    public static TcpState Next(ConnectionDirection direction, TcpSegmentKind kind, TcpState state) =>
        kind == TcpSegmentKind.None ? Invalid : (direction == ConnectionDirection.Original ? Original : Reply)[(int)kind, (int)state];

    public static TcpSegmentKind KindOf(TcpFlags flags) =>
        flags.Has(TcpFlags.Rst) ? TcpSegmentKind.Rst
        : flags.Has(TcpFlags.Syn) ? flags.Has(TcpFlags.Ack) ? TcpSegmentKind.SynAck : TcpSegmentKind.Syn
        : flags.Has(TcpFlags.Fin) ? TcpSegmentKind.Fin
        : flags.Has(TcpFlags.Ack) ? TcpSegmentKind.Ack
        : TcpSegmentKind.None;

    /// <summary>The sets of flags that a sane stack sends; PSH, ECE and CWR do not matter (tcp_valid_flags).</summary>
    public static bool AreSane(TcpFlags flags) => (flags & ~(TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr)) is
        TcpFlags.Syn or (TcpFlags.Syn | TcpFlags.Urg) or (TcpFlags.Syn | TcpFlags.Ack)
        or TcpFlags.Rst or (TcpFlags.Rst | TcpFlags.Ack)
        or (TcpFlags.Fin | TcpFlags.Ack) or (TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Urg)
        or TcpFlags.Ack or (TcpFlags.Ack | TcpFlags.Urg);

    private static TcpState[,] Read(params string[] rows)
    {
        string[] names = ["NO", "SS", "SR", "ES", "FW", "CW", "LA", "TW", "CL", "S2"];
        var table = new TcpState[rows.Length, names.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            string[] cells = rows[row].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int column = 0; column < names.Length; column++)
            {
                table[row, column] = cells[column] switch
                {
                    "!" => Invalid,
                    "=" => Ignored,
                    string name => (TcpState)Array.IndexOf(names, name),
                };
            }
        }

        return table;
    }
}
