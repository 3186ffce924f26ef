using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop.Netlink;

/// <summary>A netlink socket for nf_tables, in the namespace of the thread that opened it.</summary>
internal sealed class NetfilterSocket : IDisposable
{
    public const ushort Subsystem = 10; // NFNL_SUBSYS_NFTABLES

    /// <summary>The rules are of another generation than the one that a batch was made for.</summary>
    public const int Restart = 85; // ERESTART

    private const ushort Dump = 0x300; // NLM_F_DUMP
    private const ushort GetGeneration = 16, GenerationId = 1; // NFT_MSG_GETGEN, NFTA_GEN_ID
    private const int FamilyHeader = 4; // struct nfgenmsg
    private const int MaximumAnswer = 1 << 16; // bytes

    private static readonly NetfilterRefusal Unanswered = new(11, 0, "the kernel did not answer"); // EAGAIN

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter);
    private readonly byte[] _answer = new byte[MaximumAnswer];

    public NetfilterSocket() => _socket.AskForReasons();

    /// <summary>Sends a batch and waits for the kernel's word on it.</summary>
    /// <returns>Null when all of it was done; otherwise nothing was, and this is why.</returns>
    public NetfilterRefusal? Commit(NetfilterBatch batch)
    {
        batch.Complete();
        _socket.MakeRoom(batch.Bytes.Length);
        _socket.Send(batch.Bytes);

        // The kernel has done its work when send returns (netlink_sendmsg calls nfnetlink_rcv), so all answers are there.
        NetfilterRefusal? refusal = null;
        bool acknowledged = false;
        try
        {
            while (_socket.TryReceive(_answer) is var length and > 0)
            {
                foreach (NetlinkMessage message in new NetlinkMessages(_answer.AsSpan(0, length)))
                {
                    refusal ??= message.Errno is { } errno and not 0 ? new(errno, message.Sequence, message.Reason) : null;
                    acknowledged |= message.Errno == 0 && message.Sequence == batch.Sequence;
                }
            }
        }
        catch (Win32Exception lost) when (!acknowledged)
        {
            refusal ??= new(lost.NativeErrorCode, 0, null);
        }

        return refusal ?? (acknowledged ? null : Unanswered);
    }

    /// <summary>A number that every change of any rules in the namespace makes another.</summary>
    public uint Generation() => BinaryPrimitives.ReadUInt32BigEndian(NetlinkAttributes.Find(Ask(GetGeneration, 0)[0].Attributes.Span, GenerationId));

    /// <inheritdoc cref="NetlinkSocket.NamespaceCookie"/>
    public ulong NamespaceCookie() => _socket.NamespaceCookie;

    /// <summary>All objects of a kind, in the kernel's order.</summary>
    /// <param name="type">NFT_MSG_GET*.</param>
    public IReadOnlyList<NetfilterMessage> List(ushort type) => Ask(type, Dump);

    public void Dispose() => _socket.Dispose();

    private List<NetfilterMessage> Ask(ushort type, ushort flags)
    {
        NetlinkBuffer request = new();
        request.EndMessage(request.BeginMessage((ushort)(Subsystem << 8 | type), flags, 0, FamilyHeader, out _));
        _socket.Send(request.Written);
        List<NetfilterMessage> answers = [];
        do
        {
            foreach (NetlinkMessage message in new NetlinkMessages(_answer.AsSpan(0, _socket.Receive(_answer))))
            {
                if (message.Errno is { } errno and not 0)
                {
                    throw new Win32Exception(errno, "netfilter: listing");
                }

                if (message.EndsList)
                {
                    return answers;
                }

                answers.Add(new(message.Body[0], message.Body[FamilyHeader..].ToArray()));
            }
        }
        while (flags == Dump);
        return answers;
    }
}

/// <param name="Sequence">The request that was refused, as its batch counts; 0 for the batch itself.</param>
/// <param name="Reason">The kernel's words, if it had any.</param>
internal sealed record NetfilterRefusal(int Errno, uint Sequence, string? Reason)
{
    public override string ToString() => $"{Marshal.GetPInvokeErrorMessage(Errno)}{(Reason is null ? "" : $": {Reason}")}";
}
