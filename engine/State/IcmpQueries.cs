namespace Lab.Engine.State;

/// <summary>Which ICMP messages ask, answer, complain, or stay out of connection tracking.</summary>
internal static class IcmpQueries
{
    private static readonly (byte Query, byte Answer)[] Version4 = [(8, 0), (13, 14), (15, 16), (17, 18)];
    private static readonly (byte Query, byte Answer)[] Version6 = [(128, 129), (139, 140)];

    /// <summary>The other type of a query's pair; the type itself where there is no pair.</summary>
    public static byte AnswerTo(bool version6, byte type)
    {
        foreach ((byte query, byte answer) in version6 ? Version6 : Version4)
        {
            if (type == query || type == answer)
            {
                return type == query ? answer : query;
            }
        }

        return type;
    }

    /// <summary>May create an entry: an echo, timestamp, information or address mask request.</summary>
    public static bool IsQuery(bool version6, byte type) => version6 ? type is 128 or 139 : type is 8 or 13 or 15 or 17;

    public static bool IsQueryOrAnswer(bool version6, byte type) => AnswerTo(version6, type) != type;

    /// <summary>Quotes a packet of another flow: unreachable, quench, redirect, exceeded, parameter problem.</summary>
    public static bool IsError(bool version6, byte type) => version6 ? type < 128 : type is 3 or 4 or 5 or 11 or 12;

    /// <summary>Neighbour discovery and MLD are never tracked (nf_conntrack_proto_icmpv6.c, noct_valid_new).</summary>
    public static bool IsUntracked(bool version6, byte type) => version6 && type is (>= 130 and <= 136) or 143;
}
