using System.Collections.Immutable;
using System.CommandLine;
using System.ComponentModel;
using System.Net.NetworkInformation;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Kernel.Tracing;
using Lab.Live;
using Lab.Reports.Decoding;
using Lab.Store;
using Lab.Testbeds;

namespace Lab.Commands;

/// <summary><c>nwlab binding trace</c>: what the rules of a live port make of the frames that pass, while they pass.</summary>
internal static class BindingTraceCommand
{
    /// <summary>How soon Ctrl-C is noticed where no frame comes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        Argument<string> port = new("port");
        Option<int> count = new("--count") { Description = "end after so many walks", DefaultValueFactory = _ => int.MaxValue };
        Command command = new("trace", "Show which rules each frame of a port meets, until Ctrl-C; nothing else changes for it.") { port, count, LiveCommand.State };
        command.SetAction((line, cancel) =>
        {
            NetworkNamespace here = NetworkNamespace.Current(); // a pool thread might be elsewhere
            return Task.Run(() => Trace(here, LiveCommand.Folder(line), BindingCommands.Port(line.GetRequiredValue(port)), line.GetValue(count), cancel), CancellationToken.None);
        });
        return command;
    }

    private static int Trace(NetworkNamespace space, StateFolder state, InterfaceName device, int count, CancellationToken cancel)
    {
        using NetworkNamespace here = space;
        using KernelFirewall kernel = new(here);
        (NftBackend backend, ImmutableArray<PortPolicy> ports) = Ruling(state, device);
        using NftTrace trace = new(kernel, backend, TraceSwitch.Of(device));
        trace.Follow(ports, Devices(here));
        Console.WriteLine($"tracing {device}; Ctrl-C ends");
        ReadOnlyMemory<byte> last = default;
        for (int shown = 0; shown < count && !cancel.IsCancellationRequested;)
        {
            foreach ((StageWalk walk, ReadOnlyMemory<byte> frame) in Next(trace).Take(count - shown))
            {
                Console.Write(frame.Span.SequenceEqual(last.Span) ? "" : $"{FrameDecoder.Decode(frame).Summary}\n");
                Console.Write(string.Concat(WalkWords.Lines(walk).Select(text => $"  {text}\n")));
                (last, shown) = (frame, shown + 1);
            }

            if (trace.IsStale)
            {
                trace.Follow(Ruling(state, device).Ports, Devices(here));
                Console.WriteLine("the rules have changed; the frame that met new ones first is not shown");
            }
        }

        return ExitCode.Success;
    }

    private static ImmutableArray<(StageWalk Walk, ReadOnlyMemory<byte> Frame)> Next(NftTrace trace)
    {
        try
        {
            return trace.Wait(Pause) ? trace.Take() : [];
        }
        catch (Win32Exception lost) when (lost.NativeErrorCode == NftTraceSocket.EventsLost)
        {
            Console.WriteLine("more frames came than can be followed: some are not shown");
            return [];
        }
    }

    /// <exception cref="UserMistakeException">The port has no binding, or none that can be traced.</exception>
    private static (NftBackend Backend, ImmutableArray<PortPolicy> Ports) Ruling(StateFolder state, InterfaceName device)
    {
        (IBackend? backend, ImmutableArray<PortPolicy> ports) = LivePolicy.Of(state).Ports.FirstOrDefault(ruled => ruled.Ports.Any(port => port.Device == device));
        return backend switch
        {
            NftBackend nft => (nft, ports),
            null => throw new UserMistakeException($"there is no binding for '{device}'"),
            _ => throw new UserMistakeException($"'{device}' is ruled by {backend.Name}, and only what nft rules on a bridge can be traced"),
        };
    }

    private static IEnumerable<(InterfaceName Device, GuestName Guest)> Devices(NetworkNamespace here) =>
        here.Run(() => NetworkInterface.GetAllNetworkInterfaces().Select(device => (InterfaceName.Parse(device.Name), new GuestName(device.Name))).ToArray());
}
