// Memory is handed out once and never given back: every stage asks for its buffers when the engine starts, and grows
// them in big steps, because many small ones cost the host a garbage collection each.

let top: usize = 0;
const GROW_PAGES: i32 = 512;

export function take(bytes: usize): usize {
  if (top == 0) top = (__heap_base + 63) & ~63;
  const from = top;
  top = (top + bytes + 63) & ~63;
  const pages = <i32>((top + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(max(pages, GROW_PAGES)) < 0) unreachable();
  return from;
}
