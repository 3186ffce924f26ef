using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Interop.Netlink;

namespace Lab.Engine.Tests.Interop.Netlink;

public sealed class NetlinkMessageTests
{
    private const int Invalid = 22; // EINVAL

    /// <summary>An acknowledgement of request 7, then the refusal of request 8 with the kernel's words behind the head of the request.</summary>
    private static readonly byte[] Received =
    [
        36, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, .. new byte[4], 0, 0, 0, 0, .. new byte[16],
        48, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, .. new byte[4], 0xEA, 0xFF, 0xFF, 0xFF, .. new byte[16], 11, 0, 1, 0, .. "No way\0"u8, 0,
    ];

    [Fact]
    public void A_datagram_is_cut_into_the_answers_to_single_requests() => Answers(Received).Should().Equal((7u, 0, null), (8u, Invalid, "No way"));

    [Fact]
    public void A_message_that_claims_more_than_arrived_is_none() => Answers(Received.AsSpan(0, Received.Length - 1)).Should().Equal((7u, 0, null));

    [Fact]
    public void Whatever_comes_can_be_cut_to_the_end() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] noise, NonNegativeInt at, byte value) =>
    {
        byte[] spoilt = [.. Received, .. noise];
        spoilt[at.Get % spoilt.Length] = value;
        _ = Answers(spoilt);
        return true;
    }));

    private static List<(uint Sequence, int? Errno, string? Reason)> Answers(ReadOnlySpan<byte> received)
    {
        List<(uint, int?, string?)> answers = [];
        foreach (NetlinkMessage message in new NetlinkMessages(received))
        {
            answers.Add((message.Sequence, message.Errno, message.Reason));
        }

        return answers;
    }
}
