// The few sentences scripts say, in the language of the page.
const zh = {
  saved: (time) => `已保存 ${time}`,
  saving: "正在保存…",
  unsaved: "未能保存，内容仍在本页",
  restored: "上次没有提交的内容已经找回，请核对。",
  undo: "不要这些内容",
  keep: "知道了",
  failed: "没有成功，请稍后再试。",
  offline: "网络不通，内容仍在本页，请稍后再试。",
  copied: "已复制",
  arranged: "顺序已保存",
  unarranged: "新的顺序没有保存，已恢复原来的顺序。请稍后再试。",
  pasted: (rows) => `已填入 ${rows} 行，请核对`,
  slotTaken: (day, from, until) => `已选 ${day} ${from}–${until}，可以在下面改`,
  close: "关闭",
  show: "显示",
  hide: "隐藏",
  drop: "选择文件，或拖到这里",
  uploading: (percent) => `正在上传 ${percent}%`,
  uploaded: "已上传，正在处理…",
  chosen: (count) => `已选 ${count} 项`,
  none: "勾选后可以一起处理",
  ending: (minutes) => `因为一段时间没有操作，${minutes} 分钟后将自动退出登录。`,
  ended: "登录已经过期。填写的内容保存在本机，重新登录后会找回。",
  stay: "继续使用",
  keys: "键盘操作",
  keyList: [["j / k", "下一项 / 上一项"], ["o 或 Enter", "打开"], ["x", "勾选"], ["a", "通过"], ["r", "退回"], ["/", "搜索"], ["?", "显示本说明"]],
  errors: (count) => `有 ${count} 处需要修改`,
  changed: "别人刚刚改过这份内容，没有覆盖；请复制您写的，刷新后再合到一起",
  markBold: "加粗的文字",
  markLink: "链接文字",
  markTable: "| 项目 | 说明 |\n| --- | --- |\n|  |  |",
  pictureComing: (name) => `正在上传 ${name}`,
  passkey: "没有完成。请重试，或改用其他登录方式。",
  passkeyPlace: "通行密钥只能在有域名的网址上使用。在本机试用时，请把地址里的 127.0.0.1 换成 localhost。",
  passkeyNone: "这个浏览器不支持通行密钥，请换用新版浏览器或其他登录方式。",
};
const en = {
  saved: (time) => `Saved ${time}`,
  saving: "Saving…",
  unsaved: "Not saved; your text is still on this page",
  restored: "What you had not submitted last time has been brought back. Please check it.",
  undo: "Discard it",
  keep: "OK",
  failed: "That did not work. Please try again later.",
  offline: "No connection. Your text is still on this page.",
  copied: "Copied",
  arranged: "Order saved",
  unarranged: "The new order was not saved; the old one is back. Please try again later.",
  pasted: (rows) => `${rows} rows filled in; please check`,
  slotTaken: (day, from, until) => `${day} ${from}–${until} chosen; change it below`,
  close: "Close",
  show: "Show",
  hide: "Hide",
  drop: "Choose a file, or drop it here",
  uploading: (percent) => `Uploading ${percent}%`,
  uploaded: "Uploaded, processing…",
  chosen: (count) => `${count} selected`,
  none: "Select some to handle them together",
  ending: (minutes) => `You will be signed out in ${minutes} min for inactivity.`,
  ended: "Your session has ended. What you typed is kept on this computer.",
  stay: "Stay signed in",
  keys: "Keyboard",
  keyList: [["j / k", "next / previous"], ["o or Enter", "open"], ["x", "select"], ["a", "approve"], ["r", "return"], ["/", "search"], ["?", "this help"]],
  errors: (count) => `${count} to correct`,
  changed: "Somebody else has just changed this; nothing was overwritten. Copy your text and reload.",
  markBold: "bold text",
  markLink: "link text",
  markTable: "| Item | Note |\n| --- | --- |\n|  |  |",
  pictureComing: (name) => `Uploading ${name}`,
  passkey: "Not completed. Please try again or sign in another way.",
  passkeyPlace: "Passkeys need an address with a name. On this computer, use localhost instead of 127.0.0.1.",
  passkeyNone: "This browser does not support passkeys.",
};
export const words = document.documentElement.lang.startsWith("en") ? en : zh;

/** A small element builder, so that no text is ever parsed as markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
