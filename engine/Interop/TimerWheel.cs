namespace Lab.Engine.Interop;

/// <summary>The kernel's timers, which a softirq runs: on a busy machine some time after they are due (kernel/time/timer.c).</summary>
public static class TimerWheel
{
    private const int UnixFamily = 1; // AF_UNIX

    /// <summary>Waits until all timers that are due by now have run.</summary>
    /// <remarks>A receive timeout is a timer of the same wheel, on the processor of who waits (schedule_timeout), and a wheel turns
    /// in order.</remarks>
    public static void Turn()
    {
        using KernelSocket silent = new(UnixFamily, 0, "a receive timeout");
        foreach (int number in Processor.Usable())
        {
            using Processor there = Processor.MoveTo(number);
            _ = silent.Outwait(TimeSpan.FromMilliseconds(1));
        }
    }
}
