using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;

namespace Lab.Engine.Apply;

/// <summary>The firewall of one namespace: nftables by library, the older tools by one process per transaction.</summary>
public sealed partial class KernelFirewall : IKernel, IDisposable
{
    /// <summary>With more, nft's parser costs more than a namespace to draft in.</summary>
    private const int ManyElements = 1000;

    private readonly NetworkNamespace _space;
    private readonly Nftables _nft;
    private readonly NetfilterSocket _netfilter;

    /// <param name="space">Borrowed: it stays the caller's.</param>
    public KernelFirewall(NetworkNamespace space) =>
        (_space, _nft, _netfilter) = (space, space.Run(static () => new Nftables()), space.Run(static () => new NetfilterSocket()));

    /// <summary>Where the rules are.</summary>
    public NetworkNamespace Space => _space;

    /// <summary>Where the rules of this namespace are now.</summary>
    public KernelGeneration Generation => _space.Run(() => new KernelGeneration(
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), _netfilter.NamespaceCookie(), _netfilter.Generation()));

    /// <param name="only">The command is right for this generation alone; null where it is right for any.</param>
    /// <returns>The generation that the command made. Null when somebody else changed rules as well: then a command for
    /// one generation alone may not have been run, and what the kernel holds is known to nobody.</returns>
    public KernelGeneration? Run(KernelCommand command, KernelGeneration? only = null)
    {
        KernelGeneration before = Generation;
        if (only is not null && only != before)
        {
            return null;
        }

        if (command.Change is { AfterFrames: true })
        {
            GracePeriod.Wait();
        }

        if (command.Change is { } change && (change.Made.Tables.IsEmpty || change.ElementCount >= ManyElements))
        {
            NetfilterBatch batch = NftBatch.Of(change, NftBlueprint.Of(change.Made), only?.Number);
            switch (_space.Run(() => _netfilter.Commit(batch)))
            {
                case null:
                    break;
                case { Errno: NetfilterSocket.Restart }:
                    return null;
                case { } refusal:
                    throw new KernelRefusedException(command, refusal.ToString(), null, null);
            }
        }
        else
        {
            RunText(command);
        }

        return Generation == before.Next ? before.Next : null;
    }

    void IKernel.Run(KernelCommand command) => Run(command);

    /// <summary>Has the tool read the text.</summary>
    internal void RunText(KernelCommand command)
    {
        (bool done, string answer) = _space.Run(() => command.Tool == KernelTool.Nft
            ? _nft.TryRun(command.Text)
            : Process(RestoreTool(command.Tool), ["--noflush"], command.Text));
        if (!done)
        {
            Match at = LineNumber().Match(answer);
            int line = at.Success ? int.Parse(at.Groups["line"].Value, CultureInfo.InvariantCulture) : 0;
            string? text = line == 0 ? null : command.Text.Split('\n').ElementAtOrDefault(line - 1);
            throw new KernelRefusedException(command, answer, text, command.OriginOf(line));
        }
    }

    public string ListNft(string command, bool counters = false) => ListNft(command, counters ? NftOutput.Plain : NftOutput.Stateless);

    /// <inheritdoc cref="ListNft(string, bool)"/>
    public string ListNft(string command, NftOutput output) => _space.Run(() =>
    {
        _nft.Output = output;
        (bool done, string text) = _nft.TryRun(command);
        return done ? text : "";
    });

    public string Save(KernelTool tool)
    {
        (bool done, string text) = _space.Run(() => Process(RestoreTool(tool).Replace("-restore", "-save"), [], ""));
        return done ? text : "";
    }

    public void Dispose() => _space.Run(() =>
    {
        _nft.Dispose();
        _netfilter.Dispose();
    });

    private static string RestoreTool(KernelTool tool) => tool switch
    {
        KernelTool.EbtablesRestore => "ebtables-restore",
        KernelTool.IptablesRestore => "iptables-restore",
        KernelTool.Ip6tablesRestore => "ip6tables-restore",
        _ => throw new UnreachableException($"{tool} is no process"),
    };

    private static (bool Done, string Text) Process(string name, string[] arguments, string input)
    {
        ChildProcess tool = ChildProcess.Run(name, arguments, input);
        return tool.ExitCode == 0 ? (true, tool.Output) : (false, tool.Errors);
    }

    /// <summary>libnftables says <c>FILE:LINE:COLUMN-COLUMN: Error</c>, the -restore tools <c>line LINE</c>.</summary>
    [GeneratedRegex(@"(?:^\S*?:|line )(?<line>\d+)", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LineNumber();
}
