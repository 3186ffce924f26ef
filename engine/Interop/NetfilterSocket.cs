using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>A netlink socket of the netfilter family, in the namespace of the thread that opened it.</summary>
internal sealed partial class NetfilterSocket : IDisposable
{
    public const ushort Subsystem = 10; // NFNL_SUBSYS_NFTABLES

    /// <summary>The rules are of another generation than the one that a batch was made for.</summary>
    public const int Restart = 85; // ERESTART

    private const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, Netfilter = 12; // AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER
    private const int SocketLevel = 1, SendBufferForce = 32; // SOL_SOCKET, SO_SNDBUFFORCE
    private const int NamespaceCookieOption = 71; // SO_NETNS_COOKIE
    private const int NetlinkLevel = 270, ShortAnswers = 10, Reasons = 11; // SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int Again = 11; // EAGAIN
    private const ushort ErrorMessage = 2, DoneMessage = 3; // NLMSG_*
    private const ushort Dump = 0x300; // NLM_F_DUMP
    private const ushort GetGeneration = 16, GenerationId = 1; // NFT_MSG_GETGEN, NFTA_GEN_ID
    private const ushort Reason = 1; // NLMSGERR_ATTR_MSG
    private const int FamilyHeader = 4; // struct nfgenmsg
    private const int MaximumAnswer = 1 << 16; // bytes

    private readonly SafeFileHandle _socket;
    private readonly byte[] _answer = new byte[MaximumAnswer];

    public NetfilterSocket()
    {
        _socket = Socket(Netlink, Raw | CloseOnExec, Netfilter);
        if (_socket.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket: netfilter");
        }

        Set(NetlinkLevel, ShortAnswers, 1);
        Set(NetlinkLevel, Reasons, 1);
    }

    /// <summary>Sends a batch and waits for the kernel's word on it.</summary>
    /// <returns>Null when all of it was done; otherwise nothing was, and this is why.</returns>
    public NetfilterRefusal? Commit(NetfilterBatch batch)
    {
        batch.Complete();
        Set(SocketLevel, SendBufferForce, batch.Bytes.Length + (1 << 16)); // a datagram must fit, whatever its size
        Send(batch.Bytes);

        // The kernel has done its work when send returns (netlink_sendmsg calls nfnetlink_rcv), so all answers are there.
        NetfilterRefusal? refusal = null;
        bool acknowledged = false;
        while (Receive(_socket, _answer, (nuint)_answer.Length, DontWait) is var length and > 0)
        {
            foreach ((ushort type, uint sequence, ReadOnlyMemory<byte> body) in Messages((int)length))
            {
                int errno = type == ErrorMessage ? -BinaryPrimitives.ReadInt32LittleEndian(body.Span) : 0;
                refusal ??= errno == 0 ? null : new(errno, sequence, ReasonOf(body.Span));
                acknowledged |= type == ErrorMessage && errno == 0 && sequence == batch.Sequence;
            }
        }

        int ended = Marshal.GetLastPInvokeError();
        return refusal ?? (acknowledged ? null : new(ended, 0, ended == Again ? "the kernel did not answer" : null));
    }

    /// <summary>A number that every change of any rules in the namespace makes another.</summary>
    public uint Generation() => Ask(GetGeneration, 0)
        .SelectMany(answer => answer.Select(new HashSet<ushort> { GenerationId }))
        .Select(attribute => BinaryPrimitives.ReadUInt32BigEndian(attribute.Span[4..])).First();

    /// <summary>A number of the socket's namespace that no other namespace has until the next boot.</summary>
    public ulong NamespaceCookie()
    {
        int length = sizeof(ulong);
        return GetOption(_socket, SocketLevel, NamespaceCookieOption, out ulong cookie, ref length) == 0
            ? cookie
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "getsockopt: namespace cookie");
    }

    /// <summary>All objects of a kind, in the kernel's order.</summary>
    /// <param name="type">NFT_MSG_GET*.</param>
    public IReadOnlyList<NetfilterMessage> List(ushort type) => Ask(type, Dump);

    public void Dispose() => _socket.Dispose();

    private List<NetfilterMessage> Ask(ushort type, ushort flags)
    {
        NetlinkBuffer request = new();
        request.EndMessage(request.BeginMessage((ushort)(Subsystem << 8 | type), flags, 0, FamilyHeader, out _));
        Send(request.Written);
        List<NetfilterMessage> answers = [];
        while (true)
        {
            nint length = Receive(_socket, _answer, (nuint)_answer.Length, 0);
            if (length < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError(), "recv: netfilter");
            }

            foreach ((ushort answer, _, ReadOnlyMemory<byte> body) in Messages((int)length))
            {
                int errno = answer == ErrorMessage ? -BinaryPrimitives.ReadInt32LittleEndian(body.Span) : 0;
                if (errno != 0)
                {
                    throw new Win32Exception(errno, "netfilter: listing");
                }

                if (answer is DoneMessage or ErrorMessage)
                {
                    return answers;
                }

                answers.Add(new(body.Span[0], body[FamilyHeader..].ToArray()));
            }

            if (flags == 0)
            {
                return answers;
            }
        }
    }

    /// <summary>What came last, cut into messages; good until the next is received.</summary>
    private IEnumerable<(ushort Type, uint Sequence, ReadOnlyMemory<byte> Body)> Messages(int length)
    {
        for (ReadOnlyMemory<byte> rest = _answer.AsMemory(0, length); rest.Length >= NetlinkBuffer.HeaderLength;)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            yield return (
                BinaryPrimitives.ReadUInt16LittleEndian(rest.Span[4..]), BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[8..]),
                rest[NetlinkBuffer.HeaderLength..size]);
            rest = rest[Math.Min(rest.Length, size + 3 & ~3)..];
        }
    }

    /// <summary>The kernel's own words, where it has any: behind the number of the error and the head of the request.</summary>
    private static string? ReasonOf(ReadOnlySpan<byte> body)
    {
        for (ReadOnlySpan<byte> rest = body[Math.Min(body.Length, sizeof(int) + NetlinkBuffer.HeaderLength)..]; rest.Length >= 4;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) == Reason)
            {
                return Encoding.UTF8.GetString(rest[4..length]).TrimEnd('\0');
            }

            rest = rest[Math.Min(rest.Length, length + 3 & ~3)..];
        }

        return null;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (Send(_socket, bytes, (nuint)bytes.Length, 0) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "send: netfilter");
        }
    }

    private void Set(int level, int option, int value)
    {
        if (SetOption(_socket, level, option, value, sizeof(int)) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "setsockopt: netfilter");
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SafeFileHandle socket, int level, int option, out ulong value, ref int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}

/// <param name="Sequence">The request that was refused, as its batch counts; 0 for the batch itself.</param>
/// <param name="Reason">The kernel's words, if it had any.</param>
internal sealed record NetfilterRefusal(int Errno, uint Sequence, string? Reason)
{
    public override string ToString() => $"{Marshal.GetPInvokeErrorMessage(Errno)}{(Reason is null ? "" : $": {Reason}")}";
}
