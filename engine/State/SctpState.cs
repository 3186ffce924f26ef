using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>The states of a tracked SCTP association (enum sctp_conntrack).</summary>
internal enum SctpState
{
    None,
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
    HeartbeatSent,
}

/// <summary>The part of nf_conntrack_proto_sctp.c that depends on the first chunk; verification tags are not followed.</summary>
internal static class SctpTransitions
{
    public const SctpState Invalid = (SctpState)(-1);

    // Columns: NO CL CW CE ES SS SR SA HS; rows by chunk type.
    private static readonly Dictionary<byte, (SctpState[] Original, SctpState[] Reply)> Table = new()
    {
        [1] = Row("CW CW CW CE ES CL CL SA CW", "! CL CW CE ES SS SR SA !"), // INIT
        [2] = Row("CL CL CW CE ES SS SR SA CL", "! CW CW CE ES SS SR SA !"), // INIT ACK
        [6] = Row("CL CL CL CL CL CL CL CL CL", "! CL CL CL CL CL CL CL !"), // ABORT
        [7] = Row("CL CL CW CE SS SS SR SA CL", "! CL CW CE SR SS SR SA !"), // SHUTDOWN
        [8] = Row("SA CL CW CE ES SA SA SA SA", "! CL CW CE ES SA SA SA !"), // SHUTDOWN ACK
        [9] = Row("CL CL CW CE ES SS SR SA CL", "! CL CW CL ES SS SR SA !"), // ERROR
        [10] = Row("CL CL CE CE ES SS SR SA CL", "! CL CE CE ES SS SR SA !"), // COOKIE ECHO
        [11] = Row("CL CL CW ES ES SS SR SA CL", "! CL CW ES ES SS SR SA !"), // COOKIE ACK
        [14] = Row("CL CL CW CE ES SS SR CL CL", "! CL CW CE ES SS SR CL !"), // SHUTDOWN COMPLETE
        [4] = Row("HS CL CW CE ES SS SR SA HS", "! CL CW CE ES SS SR SA HS"), // HEARTBEAT
        [5] = Row("CL CL CW CE ES SS SR SA HS", "! CL CW CE ES SS SR SA ES"), // HEARTBEAT ACK
    };

    /// <summary>Chunks that are not about the association (DATA, SACK …) leave the state; a flow cannot begin with them.</summary>
    public static SctpState Next(ConnectionDirection direction, byte chunk, SctpState state) =>
        !Table.TryGetValue(chunk, out var row) ? state == SctpState.None ? Invalid : state
        : (direction == ConnectionDirection.Original ? row.Original : row.Reply)[(int)state];

    public static TimeSpan TimeoutOf(SctpState state) => TimeSpan.FromSeconds(state switch
    {
        SctpState.Closed => 10,
        SctpState.Established => 210,
        SctpState.HeartbeatSent => 30,
        _ => 3,
    });

    /// <summary>The first chunk's type; a packet needs its common header, one chunk and a right CRC32c (RFC 9260 section 3).</summary>
    public static bool TryReadFirstChunk(ReadOnlySpan<byte> packet, out byte chunk)
    {
        bool sound = SctpView.TryRead(packet, out SctpView sctp) && sctp.ChecksumIsRight;
        chunk = sound ? sctp.FirstChunk : (byte)0;
        return sound;
    }

    private static (SctpState[], SctpState[]) Row(string original, string reply) => (States(original), States(reply));

    private static SctpState[] States(string row)
    {
        string[] names = ["NO", "CL", "CW", "CE", "ES", "SS", "SR", "SA", "HS"];
        return [.. row.Split(' ').Select(cell => (SctpState)Array.IndexOf(names, cell))]; // '!' becomes -1: invalid
    }
}
