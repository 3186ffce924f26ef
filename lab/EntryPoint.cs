namespace Lab;

internal static class EntryPoint
{
    public static int Main(string[] args)
    {
        Console.WriteLine(args.Length);
        return 0;
    }
}
