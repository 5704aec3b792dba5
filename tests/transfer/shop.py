"""A shop with everything that a file of records has to carry: links, choices, days, money, rows, and fields that not everybody sees."""

YAML = """
    app: shop
    label: {en: Shop, zh: 商店}
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: {en: Buyer, zh: 采购员}}
      clerk: {label: {en: Clerk, zh: 文员}}
      guest: {label: {en: Guest, zh: 访客}}
    ---
    choices: urgency
    values:
      low: {label: {en: Low, zh: 低}}
      high: {label: {en: High, zh: 高}}
    ---
    entity: product
    label: {en: Product, zh: 产品}
    plural: {en: Products, zh: 产品}
    title: name
    fields:
      code: {type: text, unique: true, label: {en: Code, zh: 编码}}
      name: {type: text, required: true, label: {en: Name, zh: 名称}}
    access:
      buyer: {read: true, create: true, update: true, export: true}
      clerk: {read: 'code <> "W1"'}
    ---
    entity: order
    label: {en: Order, zh: 订单}
    plural: {en: Orders, zh: 订单}
    number: {pattern: 'O-{0000}'}
    title: number & " " & subject
    fields:
      subject: {type: text, required: true, max: 60, label: {en: Subject, zh: 主题}}
      code: {type: text, unique: true, label: {en: Code, zh: 编码}}
      urgency: {type: choice, of: urgency, default: low, label: {en: Urgency, zh: 紧急程度}}
      tags: {type: multi_choice, of: [a, b, c], label: {en: Tags, zh: 标签}}
      discount: {type: percent, label: {en: Discount, zh: 折扣}}
      wanted_on: {type: date, label: {en: Wanted on, zh: 需求日期}}
      called_at: {type: datetime, label: {en: Called at, zh: 来电时间}}
      lasts: {type: duration, unit: hours, label: {en: Lasts, zh: 时长}}
      urgent: {type: boolean, label: {en: Urgent, zh: 加急}}
      weight: {type: decimal, digits: 3, label: {en: Weight, zh: 重量}}
      pieces: {type: integer, label: {en: Pieces, zh: 件数}}
      secret: {type: text, label: {en: Secret, zh: 机密}}
      favourite: {type: link, to: product, label: {en: Favourite, zh: 首选}}
      others: {type: links, to: product, label: {en: Others, zh: 其他}}
      picture: {type: file, label: {en: Picture, zh: 图片}}
      lines:
        type: table
        label: {en: Lines, zh: 明细}
        fields:
          product: {type: link, to: product, required: true, label: {en: Product, zh: 产品}}
          qty: {type: decimal, digits: 2, required: true, label: {en: Quantity, zh: 数量}}
          price: {type: money, label: {en: Price, zh: 单价}}
          amount: {type: money, formula: 'ROUND(qty * price, 2)', label: {en: Amount, zh: 金额}}
        checks:
          - {require: 'qty > 0', field: qty, say: {en: The quantity must be positive, zh: 数量必须大于零}}
      total: {type: money, formula: SUM(lines.amount), label: {en: Total, zh: 合计}}
    access:
      buyer: {read: true, create: true, update: true, delete: true, export: 'created_by = user', hide: [secret]}
      clerk: {read: true, create: true, update: true, export: true}
      guest: {read: true}
    ---
    list: order
    columns: [number, subject, urgency, favourite, total]
    search: [number, subject]
"""
